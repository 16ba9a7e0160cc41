"""The cases that this browser may see: opened by a key, or taken part in by an address that was proven."""

from typing import TYPE_CHECKING

from django.http import HttpRequest

from ventanilla.cases import queries as cases
from ventanilla.flow import viewing
from ventanilla.flow.viewing import Viewer
from ventanilla.messages.keys import Purpose
from ventanilla.web.citizen import session

if TYPE_CHECKING:
    from ventanilla.cases.models import Case

_PLACE = "citizen_keys"
KEPT_MAX = 20
"""Cases that a browser has open at once; the oldest gives way."""


def open_with_key(request: HttpRequest, case: "Case", key: str) -> bool:
    """Let this browser see the case from now on, if the key opens it; a mailed key proves the mailbox."""
    found = viewing.with_key(case, key)
    if found is None:
        return False
    viewing.note_seen(*found)
    keep(request, case.pk, key)
    return True


def keep(request: HttpRequest, case_id: int, key: str) -> None:
    """Remember a key that is known to open the case."""
    kept = {**request.session.get(_PLACE, {})}
    kept.pop(str(case_id), None)
    kept[str(case_id)] = key
    request.session[_PLACE] = dict(list(kept.items())[-KEPT_MAX:])


def viewer_of(request: HttpRequest, code: str) -> Viewer | None:
    """Who the person at this browser is to that case; None when she may not see it, or there is none.

    Asked anew at each request: a key that was made worthless, or an address that somebody else has proven, counts at
    once.
    """
    case = cases.by_code(code)
    if case is None:
        return None
    key = request.session.get(_PLACE, {}).get(str(case.pk), "")
    found = viewing.with_key(case, key) if key else None
    return found[0] if found else viewing.with_addresses(case, session.proven(request).identities)


def purpose_of(request: HttpRequest, case: "Case") -> Purpose | None:
    """How the key was given by which this browser opened the case."""
    found = viewing.with_key(case, request.session.get(_PLACE, {}).get(str(case.pk), ""))
    return found[1] if found else None


def close_all(request: HttpRequest) -> None:
    """This browser sees nobody's case any more."""
    request.session.pop(_PLACE, None)
    session.forget(request)
