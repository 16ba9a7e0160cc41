"""Makes users, memberships and tokens."""

import secrets
from datetime import timedelta
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction
from django.db.models import F

from ventanilla.accounts import events
from ventanilla.accounts.attempts import Attempt, Claim, Guard
from ventanilla.accounts.lockout import Attempts, after_failure
from ventanilla.accounts.models import (
    ApiToken,
    AttemptCount,
    IdempotencyKey,
    KnownDevice,
    Membership,
    Role,
    UsedCode,
    User,
    UserKind,
)
from ventanilla.accounts.rules import TOKEN_PREFIX, digest_of
from ventanilla.journal.actions import NewFact, record
from ventanilla.journal.actors import SYSTEM, Actor, staff
from ventanilla.kit import clock
from ventanilla.organisation.models import PublicBody, Unit

IDEMPOTENCY_WINDOW = timedelta(hours=24)
"""How long a repeated request is recognised; docs/api.md says so."""

ATTEMPTS_KEPT = timedelta(days=1)
"""Longer than any count or lock lasts."""
DEVICE_KEPT = timedelta(days=365)
"""A browser that was not seen for so long is new again; its cookie lives as long."""


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
    """Let the user be that in the body, once; with a unit she sees what the unit reaches.

    Raises ValueError for a role that does not exist, or a unit of another body.
    """
    role = Role(role)
    if unit is not None and unit.public_body_id != body.pk:
        raise ValueError(f"unit {unit.pk} is of another body")
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
    end_sessions(membership.user, by=by)
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


def claim_idempotency_key(owner: ApiToken | PublicBody, key: str, request_digest: str) -> IdempotencyKey:
    """The key's row, new (`response_status` None) or with the answer that was given before. The key is the token's; or
    the body's, which every program without a token shares.

    Inside the caller's transaction: a second request with the key waits here until the first one commits or rolls back,
    so that its work is done once. Raises KeyUsedForAnotherRequest.
    """
    is_token = isinstance(owner, ApiToken)
    whose = {"token": owner if is_token else None, "public_body": None if is_token else owner}
    IdempotencyKey.objects.filter(**whose, key=key, created_at__lt=clock.now() - IDEMPOTENCY_WINDOW).delete()
    row, _is_new = IdempotencyKey.objects.get_or_create(
        **whose, key=key, defaults={"request_digest": request_digest, "created_at": clock.now()}
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


@transaction.atomic
def begin_attempt(guards: list[Guard]) -> Attempt | None:
    """Count one attempt before its secret is looked at, so that no crowd of them slips in at once; None when locked.

    Whoever is locked out is not locked for longer by trying. End it with `succeed` or `fail`.
    """
    now = clock.now()
    rows = [(guard, _locked_row(guard)) for guard in guards]
    known = [(guard, row, Attempts(row.failures, row.counted_since_at, row.locked_until_at)) for guard, row in rows]
    if any(attempts.is_locked(now) for _guard, _row, attempts in known):
        return None
    claims = []
    for guard, row, attempts in known:
        counted = after_failure(attempts, guard.patience, now)
        row.failures, row.counted_since_at = counted.failures, counted.counted_since_at
        row.locked_until_at = counted.locked_until_at
        row.save()
        claims.append(Claim(guard, counted.is_locked(now)))
    return Attempt(tuple(claims))


def _locked_row(guard: Guard) -> AttemptCount:
    defaults = {"user_id": guard.user_id, "counted_since_at": clock.now()}
    AttemptCount.objects.get_or_create(key=guard.key, defaults=defaults)
    return AttemptCount.objects.select_for_update().get(key=guard.key)


@transaction.atomic
def succeed(attempt: Attempt) -> None:
    """Forget the failures under that name; of an address only this one is taken back: it may be guessing others."""
    for claim in attempt.claims:
        row = AttemptCount.objects.filter(key=claim.guard.key)
        if claim.guard.is_shared:
            row.filter(failures__gt=0).update(failures=F("failures") - 1)
            if claim.is_lock:
                row.update(locked_until_at=None)
        else:
            row.delete()


@transaction.atomic
def fail(attempt: Attempt, user_id: int | None, factor: str) -> None:
    """Tell the journal; `factor` is `password`, `code` or `passkey`, `user_id` whose it would be, if anybody's."""
    record(NewFact(events.SIGN_IN_FAILED, None, details={"user_id": user_id, "factor": factor}))
    for claim in attempt.claims:
        if claim.is_lock:
            details = {"user_id": claim.guard.user_id, "of": claim.guard.of, "factor": factor}
            record(NewFact(events.LOCKED_OUT, None, details=details))


@transaction.atomic
def unlock(user: User, *, by: Actor) -> None:
    """Let her try again at once."""
    AttemptCount.objects.filter(user=user).delete()
    record(NewFact(events.UNLOCKED, None, by, details={"user_id": user.pk}))


def use_code(user_id: int, code: str) -> bool:
    """Whether this code of an authenticator app was not used before; it is now."""
    try:
        with transaction.atomic():
            UsedCode.objects.create(user_id=user_id, digest=digest_of(f"{user_id}:{code}"), used_at=clock.now())
    except IntegrityError:
        return False
    return True


def forget_old_attempts() -> int:
    """Delete counts, locks and used codes that mean nothing any more, and browsers not seen for a year; how many."""
    now = clock.now()
    counts = [
        AttemptCount.objects.filter(counted_since_at__lt=now - ATTEMPTS_KEPT).delete(),
        UsedCode.objects.filter(used_at__lt=now - ATTEMPTS_KEPT).delete(),
        KnownDevice.objects.filter(last_seen_at__lt=now - DEVICE_KEPT).delete(),
    ]
    return sum(count for count, _by_model in counts)


@transaction.atomic
def sign_in(user: User, device_key: str, method: str) -> bool:
    """Tell the journal that she came in by `method`; whether that browser is new, and not her first."""
    now = clock.now()
    had_others = KnownDevice.objects.filter(user=user).exists()
    device, is_first_time = KnownDevice.objects.update_or_create(
        user=user,
        digest=digest_of(device_key),
        defaults={"last_seen_at": now},
        create_defaults={"first_seen_at": now, "last_seen_at": now},
    )
    facts = [NewFact(events.SIGNED_IN, None, staff(user.pk), details={"user_id": user.pk, "method": method})]
    if is_first_time:
        details = {"user_id": user.pk, "device_id": device.pk}
        facts.append(NewFact(events.DEVICE_SEEN, None, staff(user.pk), details=details))
    record(*facts)
    return is_first_time and had_others


def sign_out(user: User) -> None:
    record(NewFact(events.SIGNED_OUT, None, staff(user.pk), details={"user_id": user.pk}))


def forget_session(session_key: str | None) -> None:
    """Take a session that ended by itself off the list of open ones."""
    UserSession.objects.filter(session_key=session_key).delete()


@transaction.atomic
def end_sessions(user: User, *, by: Actor = SYSTEM) -> None:
    """End all her sessions, on every machine, at their next request; tokens of the API are revoked on their own."""
    User.objects.filter(pk=user.pk).update(session_epoch=F("session_epoch") + 1)
    user.refresh_from_db(fields=["session_epoch"])
    UserSession.objects.filter(user=user).delete()
    record(NewFact(events.SESSIONS_ENDED, None, by, details={"user_id": user.pk}))


@transaction.atomic
def reset_second_factor(user: User, *, by: Actor) -> None:
    """Take her app, codes and passkeys away (a lost telephone), and end her sessions; she sets it up anew."""
    Authenticator.objects.filter(user=user).delete()
    AttemptCount.objects.filter(user=user).delete()
    record(NewFact(events.SECOND_FACTOR_RESET, None, by, details={"user_id": user.pk}))
    end_sessions(user, by=by)


def note_change(user: User, kind: str, change: str) -> None:
    """Tell the journal what she changed of her own security; `change` is a code such as `totp_activated`."""
    record(NewFact(kind, None, staff(user.pk), details={"user_id": user.pk, "change": change}))
