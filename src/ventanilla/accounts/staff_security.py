"""Questions about how a member of staff signs in."""

from dataclasses import dataclass
from datetime import datetime

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings

from ventanilla.accounts.browsers import name_of_browser
from ventanilla.accounts.models import AttemptCount, User, UserKind
from ventanilla.accounts.queries import rights_anywhere
from ventanilla.accounts.rules import Right
from ventanilla.accounts.sessions import seen_at
from ventanilla.kit import clock

FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
"""Recovery codes alone are no second factor: they stand in for one."""


def needs_second_factor(user: User) -> bool:
    """Whether the installation demands one of her (VENTANILLA_SECOND_FACTOR)."""
    if user.kind != UserKind.STAFF or settings.IS_DEMO or settings.SECOND_FACTOR == "nobody":
        return False
    if settings.SECOND_FACTOR == "everybody":
        return True
    return user.is_staff or user.is_superuser or Right.CONFIGURE in rights_anywhere(user)


def has_second_factor(user: User) -> bool:
    return bool(Authenticator.objects.filter(user=user, type__in=FACTORS).exists())


def count_of_factors(user: User) -> int:
    return int(Authenticator.objects.filter(user=user, type__in=FACTORS).count())


def lacks_second_factor(user: User) -> bool:
    """Whether nothing but setting it up is open to her."""
    return needs_second_factor(user) and not has_second_factor(user)


def is_locked(user: User) -> bool:
    """Whether somebody, perhaps she herself, guessed so often that she must wait."""
    return AttemptCount.objects.filter(user=user, locked_until_at__gt=clock.now()).exists()


@dataclass(frozen=True, slots=True)
class Session:
    """Where she is signed in."""

    browser: str
    address: str
    began_at: datetime
    seen_at: datetime
    is_this: bool


def sessions_of(user: User, session_key: str | None) -> list[Session]:
    """Her living sessions, this one first, then the latest seen."""
    rows = [row for row in UserSession.objects.purge_and_list(user) if row.session_key]
    found = [
        Session(
            name_of_browser(row.user_agent),
            row.ip,
            row.created_at,
            seen_at(row.session_key) or row.created_at,
            row.session_key == session_key,
        )
        for row in rows
    ]
    return sorted(found, key=lambda one: (not one.is_this, -one.seen_at.timestamp()))
