"""What this browser has proven of the person at it. Lives in her session and ends with it; staff have theirs apart."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.http import HttpRequest

from ventanilla.accounts.gubuy import Action, is_enough
from ventanilla.kit import clock
from ventanilla.messages.contract import Address

_PLACE = "citizen"
GUBUY = "gubuy"
MAIL = "mail"
IDLE_MAX = timedelta(hours=2)
"""A proof that nobody used for so long is forgotten: the browser may be a library's."""
RENEWED_EVERY = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Proven:
    """`level` is how sure the sign-in was (accounts.gubuy.Level); a link sent by mail alone has level 0."""

    identities: Sequence[Address] = ()
    level: int = 0
    name: str = ""
    seen_as: Sequence[Address] = ()
    """Those identities that are sure enough to see one's own requests."""
    is_signed_in: bool = False
    """By the provider, rather than by a mailed link."""


def prove(request: HttpRequest, identities: Sequence[Address], *, level: int, name: str = "", by: str = GUBUY) -> None:
    """From now on this browser may see what belongs to the identities. What was proven the same way before is
    forgotten."""
    kept = _kept(request)
    kept[by] = {
        "identities": [[one.kind, one.value, one.name] for one in identities],
        "level": level,
        "name": name,
        "used_at": clock.now().timestamp(),
    }
    request.session[_PLACE] = kept


def proven(request: HttpRequest) -> Proven:
    """Nobody, if nothing was proven."""
    kept = _kept(request)
    if not kept:
        return Proven()
    found: list[Address] = []
    seen_as: list[Address] = []
    for by, proof in kept.items():
        mine = [Address(*one) for one in proof["identities"]]
        found += mine
        if by == MAIL or is_enough(proof["level"], Action.SEE_OWN_REQUESTS):
            seen_as += mine
    signed_in = kept.get(GUBUY)
    level, name = (signed_in["level"], signed_in["name"]) if signed_in else (0, "")
    return Proven(tuple(dict.fromkeys(found)), level, name, tuple(dict.fromkeys(seen_as)), signed_in is not None)


def renew_place(request: HttpRequest) -> None:
    """Whoever noted this browser's session before sees nothing of what it holds from now on (a library's browser, a
    cookie that somebody planted). Staff got a session of their own when they signed in."""
    if request.session.session_key and not request.user.is_authenticated:
        request.session.cycle_key()


def forget(request: HttpRequest) -> None:
    """Nothing is proven any more; what else the session holds stays."""
    request.session.pop(_PLACE, None)


def _kept(request: HttpRequest) -> dict[str, dict[str, Any]]:
    """The proofs that still count, by how they were given; using them keeps them."""
    kept: dict[str, dict[str, Any]] = request.session.get(_PLACE) or {}
    if not kept:
        return {}
    now = clock.now().timestamp()
    alive = {by: proof for by, proof in kept.items() if now - proof["used_at"] <= IDLE_MAX.total_seconds()}
    is_old = any(now - proof["used_at"] > RENEWED_EVERY.total_seconds() for proof in alive.values())
    if is_old or len(alive) < len(kept):
        alive = {by: {**proof, "used_at": now} for by, proof in alive.items()}
        if alive:
            request.session[_PLACE] = alive
        else:
            request.session.pop(_PLACE, None)
    return dict(alive)
