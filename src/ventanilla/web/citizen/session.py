"""What this browser has proven of the person at it. Lives in her session and ends with it; staff have theirs apart."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest

from ventanilla.messages.contract import Address

_PLACE = "citizen"


@dataclass(frozen=True, slots=True)
class Proven:
    """`level` is how sure the proof was (accounts.gubuy.Level); a link sent by mail has level 0."""

    identities: Sequence[Address] = ()
    level: int = 0
    name: str = ""


def prove(request: HttpRequest, identities: Sequence[Address], *, level: int, name: str = "") -> None:
    """From now on this browser may see what belongs to the identities."""
    request.session[_PLACE] = {
        "identities": [[one.kind, one.value, one.name] for one in identities],
        "level": level,
        "name": name,
    }


def proven(request: HttpRequest) -> Proven:
    """Nobody, if nothing was proven."""
    kept = request.session.get(_PLACE)
    if not kept:
        return Proven()
    return Proven(tuple(Address(*one) for one in kept["identities"]), kept["level"], kept["name"])


def forget(request: HttpRequest) -> None:
    """Nothing is proven any more; what else the session holds stays."""
    request.session.pop(_PLACE, None)
