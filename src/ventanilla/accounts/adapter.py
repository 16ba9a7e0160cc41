"""How allauth treats staff: nobody signs herself up, and a sign-in page says nothing of who exists."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

from ventanilla.accounts.models import UserKind


class StaffAdapter(DefaultAccountAdapter):  # type: ignore[misc] # allauth ships no types
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def pre_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> Any:
        """Only staff enter by this door."""
        if user.kind != UserKind.STAFF:
            return self.respond_user_inactive(request, user)
        return super().pre_login(request, user, **kwargs)
