"""A member of staff, and one with a second factor."""

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core.cache import cache

from ventanilla.accounts import actions
from ventanilla.accounts.models import User
from ventanilla.accounts.tests.entrance import PASSWORD


@pytest.fixture
def ana(db: None) -> User:
    cache.clear()
    return actions.create_staff("ana", "Ana", "Pérez", email="ana@ejemplo.gub.uy", password=PASSWORD)


@pytest.fixture
def secret(ana: User) -> str:
    """Ana has an app of codes and ten recovery codes."""
    secret: str = generate_totp_secret()
    TOTP.activate(ana, secret)
    RecoveryCodes.activate(ana)
    return secret
