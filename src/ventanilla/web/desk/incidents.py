"""What the page of an incident shows: its cases, those that may belong to it, and what everybody was answered."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _

from ventanilla.accounts import queries as accounts
from ventanilla.accounts.rules import Right
from ventanilla.cases import incidents
from ventanilla.messages import codes
from ventanilla.organisation.scoping import current_scope
from ventanilla.web.desk.access import in_sight
from ventanilla.web.desk.queue import Line, lines
from ventanilla.web.desk.selection import Selection
from ventanilla.web.matters import require, standing_of
from ventanilla.worklist import queries as worklist
from ventanilla.worklist.queries import Filters

if TYPE_CHECKING:
    from ventanilla.cases.incidents import Progress
    from ventanilla.cases.models import Batch, Incident

SUGGESTED = 8
LONG_ENOUGH = 4
"""Letters of a word that says something; shorter ones are in every mail."""


@dataclass(frozen=True, slots=True)
class Answered:
    """One time that everybody was answered."""

    batch: "Batch"
    progress: "Progress"


def incident_to_see(request: HttpRequest, incident_id: int, right: Right = Right.SEE_CASES) -> "Incident":
    """Raises Http404 and PermissionDenied."""
    found = incidents.incident(incident_id)
    if found is None:
        raise Http404(_("Ese incidente no existe."))
    require(request, right, found.public_body_id)
    return found


def incident_context(request: HttpRequest, incident: "Incident", q: str) -> dict[str, Any]:
    """`q` are words to look for among open cases; without them, those of the title."""
    who = standing_of(request)
    linked = incidents.cases_of(incident.pk)
    seen = in_sight(request, linked)
    rows = worklist.rows([case.pk for case in seen])
    shown = lines([rows[case.pk] for case in seen if case.pk in rows], Selection())
    open_count = sum(case.state != "closed" for case in linked)
    is_open = incident.state == "open"
    can_answer = who.may(Right.ANSWER, incident.public_body_id)
    answers = [Answered(one, incidents.progress(one.pk)) for one in incidents.answers_of(incident.pk)]
    return {
        "incident": incident,
        "lines": shown,
        "case_count": len(linked),
        "open_count": open_count,
        "hidden_count": len(linked) - len(seen),
        "suggested": _suggested(request, incident, q) if is_open and can_answer else [],
        "q": q,
        "answers": answers,
        "is_open": is_open,
        "may_link": can_answer and is_open,
        "may_unlink": can_answer,
        "may_answer_all": who.may(Right.ASSIGN, incident.public_body_id) and open_count > 0,
        "may_close": who.may(Right.ASSIGN, incident.public_body_id),
    }


def _suggested(request: HttpRequest, incident: "Incident", q: str) -> list[Line]:
    """Open cases of the body with the same words, that are in no incident yet."""
    words = q.strip() or " or ".join(
        word for word in incident.title.replace('"', " ").replace("-", " ").split() if len(word) >= LONG_ENOUGH
    )
    if not words:
        return []
    asked = Filters(
        is_open=True,
        q=words,
        order="activity",
        body_ids=(incident.public_body_id,),
        sight=standing_of(request).sight,
    )
    found = worklist.page(asked, "", SUGGESTED * 3).rows
    taken = incidents.linked(row.case_id for row in found)
    return lines([row for row in found if row.case_id not in taken][:SUGGESTED], Selection())


def codes_in(text: str) -> list[str]:
    """The codes that somebody typed in a row, separated by anything."""
    found = (codes.normalise(word) for word in text.replace(",", " ").replace(";", " ").split())
    return [code for code in found if code]


def bodies_to_begin_in(request: HttpRequest) -> list[tuple[int, str]]:
    """Those where she answers, when there are several."""
    names = {pk: name for pk, name in accounts.body_names_of(request.user).items() if pk in current_scope()}
    may = standing_of(request).body_ids_with(Right.ANSWER)
    return [(pk, name) for pk, name in names.items() if pk in may]
