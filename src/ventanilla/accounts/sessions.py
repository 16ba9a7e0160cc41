"""Whether a session goes on, and how one goes on while all others end."""

from datetime import UTC, datetime

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY, update_session_auth_hash
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare

from ventanilla.accounts import actions
from ventanilla.accounts.models import User
from ventanilla.accounts.session_store import SessionStore
from ventanilla.journal.actors import staff
from ventanilla.kit import clock

BEGAN, SEEN = "began_at", "seen_at"
"""Keys of the session: instants, in seconds since 1970."""


def begin(session: SessionBase) -> None:
    """From now on its age and its idleness count."""
    session[BEGAN] = session[SEEN] = clock.now().timestamp()


def seen_at(session_key: str) -> datetime | None:
    """When its person last did something in it; nothing when it has ended."""
    seen = SessionStore(session_key).get(SEEN)
    return datetime.fromtimestamp(seen, UTC) if seen else None


def is_over(session: SessionBase) -> bool:
    """Whether nobody touched it for too long, or it is too old."""
    now = clock.now().timestamp()
    idle_seconds, age_seconds = now - session.get(SEEN, now), now - session.get(BEGAN, now)
    is_idle = idle_seconds > settings.STAFF_SESSION_IDLE.total_seconds()
    return bool(is_idle or age_seconds > settings.STAFF_SESSION_LONGEST.total_seconds())


def is_alive(session_key: str, user_id: int) -> bool:
    """For a connection that outlives its request: whether its session would still open a page."""
    session = SessionStore(session_key)
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is None or session.get(SESSION_KEY) != str(user_id) or is_over(session):
        return False
    return constant_time_compare(session.get(HASH_SESSION_KEY, ""), user.get_session_auth_hash())


def keep_only_this(request: HttpRequest, user: User) -> None:
    """End every session of hers but the one that asks; it gets a new key."""
    actions.end_sessions(user, by=staff(user.pk))
    update_session_auth_hash(request, user)
    UserSession.objects.create_from_request(request)
