"""Each address says who may open it, here or where it is made: a right of the table, any sign-in, or all, and why.

tests/journeys/test_permission_walk.py opens every address as everybody, and compares with what stands here.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from ventanilla.accounts.rules import Right

V = TypeVar("V", bound=Callable[..., Any])

_MARK = "_demand"


@dataclass(frozen=True, slots=True)
class Demand:
    """What an address asks of whoever opens it. Without `right`, everybody may who `is_signed_in` (or all, where that
    is False); `reason` says why."""

    right: Right | None = None
    is_signed_in: bool = True
    reason: str = ""


def demands(right: Right) -> Callable[[V], V]:
    """Declare the right; the door's own code asks for it in the body of the matter."""
    return _marking(Demand(right))


def public(reason: str) -> Callable[[V], V]:
    """Declare that everybody may open it, and why that is safe."""
    return _marking(Demand(None, is_signed_in=False, reason=reason))


def signed_in(reason: str) -> Callable[[V], V]:
    """Declare that whoever signed in may open it, whatever she is."""
    return _marking(Demand(None, reason=reason))


def _marking(demand: Demand) -> Callable[[V], V]:
    def mark(view: V) -> V:
        setattr(view, _MARK, demand)
        return view

    return mark


def demand_of(view: Callable[..., Any], name: str = "") -> Demand | None:
    """What was declared at the view, or below for the address of that name; None when nobody declared."""
    declared: Demand | None = getattr(view, _MARK, None)
    return declared or NAMED.get(name) or NAMESPACES.get(name.partition(":")[0])


_SIGN_IN = Demand(None, is_signed_in=False, reason="whoever is not signed in yet has to come in here")
_ONESELF = Demand(None, reason="each keeps her own sign-in")
_TOLD = Demand(None, is_signed_in=False, reason="what the body tells everybody")
_FILING = Demand(None, is_signed_in=False, reason="self-service is everybody's; what was typed stays in one session")
_KEY = Demand(None, is_signed_in=False, reason="asks for the case's key or the person's own sign-in itself")
_DOCUMENT = Demand(None, is_signed_in=False, reason="says what the API can do, and holds no data")

NAMED: dict[str, Demand] = {
    **dict.fromkeys(
        (
            "account_login",
            "account_logout",
            "account_inactive",
            "account_reset_password",
            "account_reset_password_done",
            "account_reset_password_from_key",
            "account_reset_password_from_key_done",
            "mfa_login_webauthn",
            "mfa_authenticate",
            "admin:login",
            "admin:logout",
            "gubuy:start",
            "gubuy:go",
            "gubuy:come_back",
            "gubuy:leave",
        ),
        _SIGN_IN,
    ),
    **dict.fromkeys(
        (
            "account_reauthenticate",
            "account_change_password",
            "account_end_other_sessions",
            "mfa_index",
            "mfa_reauthenticate",
            "mfa_reauthenticate_webauthn",
            "mfa_activate_totp",
            "mfa_deactivate_totp",
            "mfa_view_recovery_codes",
            "mfa_generate_recovery_codes",
            "mfa_download_recovery_codes",
            "mfa_list_webauthn",
            "mfa_add_webauthn",
            "mfa_edit_webauthn",
            "mfa_remove_webauthn",
        ),
        _ONESELF,
    ),
    **dict.fromkeys(
        ("citizen:home", "citizen:channels", "citizen:privacy", "citizen:accessibility", "citizen:robots"), _TOLD
    ),
    **dict.fromkeys(
        (
            "citizen:new_request",
            "citizen:new_request_files",
            "citizen:new_request_review",
            "citizen:new_request_forget",
            "citizen:new_request_step",
            "citizen:new_request_received",
        ),
        _FILING,
    ),
    **dict.fromkeys(
        (
            "citizen:follow",
            "citizen:lost",
            "citizen:proof",
            "citizen:leave",
            "citizen:mine",
            "citizen:case",
            "citizen:add",
            "citizen:close",
            "citizen:reopen",
            "citizen:new_key",
            "citizen:file",
        ),
        _KEY,
    ),
    **dict.fromkeys(("api-1:openapi-json", "api-1:openapi-view", "api-1:api-root"), _DOCUMENT),
}
"""Addresses by name: views of libraries, and the portal's, whose own door is the case's key."""

NAMESPACES: dict[str, Demand] = {"admin": Demand(Right.CONFIGURE)}
"""Every address of the administration; accounts.site keeps it."""
