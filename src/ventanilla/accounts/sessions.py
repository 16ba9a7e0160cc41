"""One session goes on while all others end."""

from allauth.usersessions.models import UserSession
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest

from ventanilla.accounts import actions
from ventanilla.accounts.models import User
from ventanilla.journal.actors import staff


def keep_only_this(request: HttpRequest, user: User) -> None:
    """End every session of hers but the one that asks; it gets a new key."""
    actions.end_sessions(user, by=staff(user.pk))
    update_session_auth_hash(request, user)
    UserSession.objects.create_from_request(request)
