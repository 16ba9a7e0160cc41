"""Makes users, memberships and tokens."""

import hashlib
import secrets

from django.contrib.auth.hashers import make_password
from django.db import transaction

from ventanilla.accounts.models import ApiToken, Membership, Role, User, UserKind
from ventanilla.journal.actions import NewFact, record
from ventanilla.journal.actors import SYSTEM, Actor
from ventanilla.kit import clock
from ventanilla.organisation.models import PublicBody, Unit

TOKEN_PREFIX = "vt_"
"""Lets scanners of leaked secrets recognise a token."""


@transaction.atomic
def create_staff(
    username: str, first_name: str, last_name: str, *, email: str = "", password: str | None = None, is_administrator: bool = False
) -> User:
    """A new member of staff, with no role yet. Without a password she sets it by the reset mail."""
    user = User(
        username=username,
        first_name=first_name,
        last_name=last_name,
        email=email,
        kind=UserKind.STAFF,
        is_staff=is_administrator,
        is_superuser=is_administrator,
        password=make_password(password),
    )
    user.save()
    return user


@transaction.atomic
def give_role(user: User, body: PublicBody, role: Role, unit: Unit | None = None, *, by: Actor = SYSTEM) -> Membership:
    membership, is_new = Membership.objects.get_or_create(user=user, public_body=body, role=role, defaults={"unit": unit})
    if is_new:
        record(NewFact("accounts.role_given", body.pk, by, details={"user_id": user.pk, "role": role.value}))
    return membership


@transaction.atomic
def issue_token(user: User, *, by: Actor = SYSTEM) -> str:
    """A new API token of the user; it is shown this once, only its digest stays."""
    token = TOKEN_PREFIX + secrets.token_urlsafe(32)
    ApiToken.objects.create(user=user, digest=hashlib.sha256(token.encode()).hexdigest(), created_at=clock.now())
    record(NewFact("accounts.token_issued", None, by, details={"user_id": user.pk}))
    return token


def note_token_use(token: str) -> None:
    """Remember the day a token was last used; at most one write a day."""
    today = clock.now().date()
    digest = hashlib.sha256(token.encode()).hexdigest()
    ApiToken.objects.filter(digest=digest).exclude(last_used_on=today).update(last_used_on=today)


def revoke_tokens(user: User, *, by: Actor = SYSTEM) -> int:
    count = ApiToken.objects.filter(user=user, revoked_at__isnull=True).update(revoked_at=clock.now())
    record(NewFact("accounts.tokens_revoked", None, by, details={"user_id": user.pk, "count": count}))
    return count
