"""The cases that this browser may see: opened by a key, or taken part in by an address that was proven."""

from typing import TYPE_CHECKING, Any

from django.http import HttpRequest

from ventanilla.cases import queries as cases
from ventanilla.flow import viewing
from ventanilla.flow.viewing import Viewer
from ventanilla.kit import clock
from ventanilla.messages.keys import Purpose, is_key
from ventanilla.web.citizen import session

if TYPE_CHECKING:
    from ventanilla.cases.models import Case

_PLACE = "citizen_keys"
_SEEN = "citizen_seen"
SEEN_AGAIN_SECONDS = 15 * 60
KEPT_MAX = 20
"""Cases that a browser has open at once; the oldest gives way."""


def open_with_key(request: HttpRequest, case: "Case", key: str) -> bool:
    """Let this browser see the case from now on, if the key opens it."""
    if case.merged_into is not None:
        # Her link is older than the join; what was said since stands in the case that goes on.
        key, case = viewing.key_where_it_continues(case, key), case.merged_into
    if viewing.with_key(case, key) is None:
        return False
    keep(request, case.pk, key)
    return True


def keep(request: HttpRequest, case_id: int, key: str) -> None:
    """Remember a key that is known to open the case."""
    kept = {place: one for place, one in _kept(request).items() if place != str(case_id)}
    kept[str(case_id)] = {"key": key, "at": clock.now().timestamp()}
    request.session[_PLACE] = dict(list(kept.items())[-KEPT_MAX:])


def viewer_of(request: HttpRequest, code: str) -> tuple[Viewer, Purpose | None] | None:
    """Who the person at this browser is to that case, and how her key was given (None: by an address that she proved).

    None when she may not see it, or there is none. Asked anew at each request: a key that was made worthless, or an
    address that somebody else has proven, counts at once.
    """
    case = cases.by_code(code)
    if case is None:
        return None
    if case.merged_into is not None:
        before = _kept(request).get(str(case.pk))
        if before is not None:
            open_with_key(request, case, before["key"])
        case = case.merged_into
    kept = _kept(request).get(str(case.pk))
    if kept is not None and is_key(kept["key"]):
        found = viewing.with_key(case, kept["key"])
        if found is not None:
            return found
    viewer = viewing.with_addresses(case, session.proven(request).seen_as)
    return (viewer, None) if viewer is not None else None


def was_seen_lately(request: HttpRequest, case_id: int) -> bool:
    """Whether this browser had the case before it a moment ago; and it has now."""
    now = clock.now().timestamp()
    seen: dict[str, float] = request.session.get(_SEEN) or {}
    was_seen = now - seen.get(str(case_id), 0) <= SEEN_AGAIN_SECONDS
    if not was_seen:
        request.session[_SEEN] = dict([*seen.items(), (str(case_id), now)][-KEPT_MAX:])
    return was_seen


def close_all(request: HttpRequest) -> None:
    """This browser sees nobody's case any more."""
    request.session.pop(_PLACE, None)
    request.session.pop(_SEEN, None)
    session.forget(request)


def has_any(request: HttpRequest) -> bool:
    """Whether there is something to leave."""
    return bool(_kept(request)) or bool(session.proven(request).identities)


def _kept(request: HttpRequest) -> dict[str, dict[str, Any]]:
    """Keys given to this browser of late: a library's browser forgets them."""
    now = clock.now().timestamp()
    kept: dict[str, dict[str, Any]] = request.session.get(_PLACE) or {}
    return {case: one for case, one in kept.items() if now - one["at"] <= session.IDLE_MAX.total_seconds()}
