"""Where the sessions of staff and the line meet: whoever does something is present, whoever signs out is gone."""

from django.http import HttpRequest

from ventanilla.accounts.adapter import StaffAdapter
from ventanilla.accounts.gate import SessionGate
from ventanilla.accounts.models import User
from ventanilla.flow import presence


class PresenceGate(SessionGate):
    """The gate of sessions; what it writes down once a minute is a sign of life too."""

    def was_seen(self, user: User) -> None:
        presence.was_seen(user.pk)


class PresenceAdapter(StaffAdapter):
    def logout(self, request: HttpRequest) -> None:
        if isinstance(request.user, User):
            presence.signed_out(request.user.pk)
        super().logout(request)
