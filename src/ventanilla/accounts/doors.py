"""Each address says who may open it, where it is made: a right of the table, any sign-in, or everybody and why.

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
    """What was declared at the view, or here for a library's view with that name; None when nobody declared."""
    declared: Demand | None = getattr(view, _MARK, None)
    return declared or LIBRARIES.get(name)


_SIGN_IN = Demand(None, is_signed_in=False, reason="whoever is not signed in yet has to come in here")
_ONESELF = Demand(None, reason="each keeps her own sign-in")

LIBRARIES: dict[str, Demand] = {
    "account_login": _SIGN_IN,
    "account_logout": _SIGN_IN,
    "account_inactive": _SIGN_IN,
    "account_reset_password": _SIGN_IN,
    "account_reset_password_done": _SIGN_IN,
    "account_reset_password_from_key": _SIGN_IN,
    "account_reset_password_from_key_done": _SIGN_IN,
    "account_reauthenticate": _ONESELF,
    "account_change_password": _ONESELF,
}
"""Views of libraries under our addresses, by the address's name."""
