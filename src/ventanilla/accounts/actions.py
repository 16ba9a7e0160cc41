"""Makes users, memberships and tokens."""

import secrets
from datetime import timedelta
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import transaction

from ventanilla.accounts import events
from ventanilla.accounts.models import ApiToken, IdempotencyKey, Membership, Role, User, UserKind
from ventanilla.accounts.rules import TOKEN_PREFIX, digest_of
from ventanilla.journal.actions import NewFact, record
from ventanilla.journal.actors import SYSTEM, Actor
from ventanilla.kit import clock
from ventanilla.organisation.models import PublicBody, Unit

IDEMPOTENCY_WINDOW = timedelta(hours=24)
"""How long a repeated request is recognised; docs/api.md says so."""


class KeyUsedForAnotherRequest(Exception):
    """The same Idempotency-Key came with another method, address or body."""


@transaction.atomic
def create_staff(
    username: str,
    first_name: str,
    last_name: str,
    *,
    email: str = "",
    password: str | None = None,
    password_hash: str = "",
    is_administrator: bool = False,
) -> User:
    """A new member of staff, with no role yet. Without a password, or its hash, she sets it by the reset mail.

    `password_hash` (Django's `make_password`) spares the cost of hashing when many share one.
    """
    user = User(
        username=username,
        first_name=first_name,
        last_name=last_name,
        email=email,
        kind=UserKind.STAFF,
        is_staff=is_administrator,
        is_superuser=is_administrator,
        password=password_hash or make_password(password),
    )
    user.save()
    return user


@transaction.atomic
def give_role(
    user: User, body: PublicBody, role: Role | str, unit: Unit | None = None, *, by: Actor = SYSTEM
) -> Membership:
    """Let the user be that in the body, once. Raises ValueError for a role that does not exist."""
    role = Role(role)
    membership, is_new = Membership.objects.get_or_create(
        user=user, public_body=body, role=role, defaults={"unit": unit}
    )
    if is_new:
        record(NewFact(events.ROLE_GIVEN, body.pk, by, details={"user_id": user.pk, "role": role.value}))
    return membership


@transaction.atomic
def take_role(membership: Membership, *, by: Actor = SYSTEM) -> None:
    """Let the user not be that in the body any more."""
    details = {"user_id": membership.user_id, "role": membership.role}
    membership.delete()
    record(NewFact(events.ROLE_TAKEN, membership.public_body_id, by, details=details))


@transaction.atomic
def issue_token(user: User, *, by: Actor = SYSTEM) -> str:
    """A new API token of the user; it is shown this once, only its digest stays."""
    token = TOKEN_PREFIX + secrets.token_urlsafe(32)
    ApiToken.objects.create(user=user, digest=digest_of(token), created_at=clock.now())
    record(NewFact(events.TOKEN_ISSUED, None, by, details={"user_id": user.pk}))
    return token


def note_token_use(token: ApiToken) -> None:
    """Remember the day a token was last used; at most one write a day."""
    today = clock.now().date()
    if token.last_used_on != today:
        ApiToken.objects.filter(pk=token.pk).update(last_used_on=today)


@transaction.atomic
def revoke_tokens(user: User, *, by: Actor = SYSTEM) -> int:
    """Let none of the user's tokens open anything any more; how many there were."""
    count = ApiToken.objects.filter(user=user, revoked_at__isnull=True).update(revoked_at=clock.now())
    record(NewFact(events.TOKENS_REVOKED, None, by, details={"user_id": user.pk, "count": count}))
    return count


@transaction.atomic
def revoke_token(token: ApiToken, *, by: Actor = SYSTEM) -> bool:
    """Let this one token open nothing any more; False when it was revoked before."""
    if not ApiToken.objects.filter(pk=token.pk, revoked_at__isnull=True).update(revoked_at=clock.now()):
        return False
    record(NewFact(events.TOKENS_REVOKED, None, by, details={"user_id": token.user_id, "count": 1}))
    return True


def claim_idempotency_key(token: ApiToken, key: str, request_digest: str) -> IdempotencyKey:
    """The key's row, new (`response_status` None) or with the answer that was given before.

    Inside the caller's transaction: a second request with the key waits here until the first one commits or rolls back,
    so that its work is done once. Raises KeyUsedForAnotherRequest.
    """
    IdempotencyKey.objects.filter(token=token, key=key, created_at__lt=clock.now() - IDEMPOTENCY_WINDOW).delete()
    row, _is_new = IdempotencyKey.objects.get_or_create(
        token=token, key=key, defaults={"request_digest": request_digest, "created_at": clock.now()}
    )
    if row.request_digest != request_digest:
        raise KeyUsedForAnotherRequest(key)
    return row


def keep_answer(row: IdempotencyKey, status: int, body: dict[str, Any]) -> None:
    """Remember what the first request was answered; `body` holds no personal data."""
    row.response_status = status
    row.response_body = body
    row.save(update_fields=["response_status", "response_body"])


def forget_old_idempotency_keys() -> int:
    """Delete keys older than a day; how many."""
    count, _by_model = IdempotencyKey.objects.filter(created_at__lt=clock.now() - IDEMPOTENCY_WINDOW).delete()
    return count
