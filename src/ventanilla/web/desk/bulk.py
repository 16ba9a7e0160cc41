"""What the pages of bulk actions show: the cases that were chosen, what will happen to them, and what did."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ventanilla.accounts.rules import Right
from ventanilla.cases import incidents
from ventanilla.cases import queries as cases
from ventanilla.flow.bulk_rules import HANDS_OVER, MOST, Kind
from ventanilla.flow.sight import Standing
from ventanilla.web.desk.access import in_sight
from ventanilla.web.desk.bulk_actions import ACTIONS
from ventanilla.web.desk.queue import Line, lines
from ventanilla.web.desk.selection import Selection
from ventanilla.web.matters import standing_of
from ventanilla.workforce import queries as workforce
from ventanilla.worklist import queries as worklist

if TYPE_CHECKING:
    from ventanilla.cases.models import Batch
    from ventanilla.worklist.models import Row


def chosen_rows(request: HttpRequest, asked: QueryDict) -> "list[Row]":
    """The cases that somebody ticked, or all of the list that she had before her (`todas`, `lista`); at most MOST, and
    those that she sees."""
    who = standing_of(request)
    if asked.get("todas"):
        listed = Selection.of(QueryDict(asked.get("lista", "")[:2000]).dict())
        return worklist.page(listed.filters(who), "", MOST).rows
    ids = cases.ids_of_codes(code.replace("\x00", "") for code in asked.getlist("caso")[:MOST])
    found = in_sight(request, cases.by_ids(ids.values()).values())
    rows = worklist.rows([case.pk for case in found])
    return [rows[case_id] for case_id in ids.values() if case_id in rows]


def preview_lines(rows: "list[Row]") -> list[Line]:
    return lines(rows, Selection())


def body_of(rows: "Sequence[Row]") -> int:
    """The one that most of them are of: teams, services and incidents are of one body."""
    counts: dict[int, int] = {}
    for row in rows:
        counts[row.public_body_id] = counts.get(row.public_body_id, 0) + 1
    return max(counts, key=lambda body_id: counts[body_id])


def forecast(kind: Kind, rows: "Sequence[Row]", who: Standing, body_id: int) -> list[str]:
    """What is known already not to work; each case is looked at again when it is done."""
    said = []
    foreign = sum(row.public_body_id != body_id for row in rows)
    closed = sum(row.state == "closed" for row in rows)
    held = sum(row.agent_user_id not in (None, who.user_id) for row in rows)
    if foreign:
        said.append(
            ngettext(
                "%(count)d es de otro organismo y queda como está.",
                "%(count)d son de otro organismo y quedan como están.",
                foreign,
            )
            % {"count": foreign}
        )
    if closed and kind is not Kind.LINK:
        said.append(
            ngettext(
                "%(count)d ya está cerrada y queda como está.",
                "%(count)d ya están cerradas y quedan como están.",
                closed,
            )
            % {"count": closed}
        )
    if held and kind in HANDS_OVER and not who.may(Right.ASSIGN, body_id):
        said.append(
            ngettext(
                "%(count)d la tiene otra persona: solo quien supervisa puede pasarla.",
                "%(count)d las tienen otras personas: solo quien supervisa puede pasarlas.",
                held,
            )
            % {"count": held}
        )
    return said


def explained(kind: Kind, count: int) -> str:
    """What the action does, before it is confirmed."""
    words = {
        Kind.AGENT: _("Pasan a la persona que elijas, si tiene certificado vigente en el canal de cada una."),
        Kind.SHARE: _("Se reparten entre quienes están presentes, tienen certificado en el canal y lugar."),
        Kind.QUEUE: _("Quedan sin responsable en la cola del equipo, y se ofrecen a quien esté libre."),
        Kind.CHANGE: _("Cambia el tipo, el servicio o los dos; los plazos se recalculan."),
        Kind.WAIT: _("Sus plazos se detienen hasta que cada persona conteste."),
        Kind.RESUME: _("Sus plazos vuelven a correr."),
        Kind.LINK: _("Cada una sigue siendo de su persona; después podés responder a todas a la vez."),
        Kind.CLOSE: _("No se le escribe a nadie. Hace falta una respuesta o una nota en cada una."),
    }
    return words[kind]


@dataclass(frozen=True, slots=True)
class Told:
    """What became of one case."""

    code: str
    subject: str
    said: str


def told(request: HttpRequest, batch: "Batch") -> dict[str, Any]:
    """How far a batch is; of cases out of sight only that there are so many."""
    rows = incidents.batch_cases(batch.pk)
    seen = {case.pk for case in in_sight(request, [row.case for row in rows])}
    groups: dict[str, list[Told]] = {"done": [], "refused": [], "waiting": []}
    for row in rows:
        if row.case_id in seen:
            groups[row.state].append(Told(row.case.code, row.case.subject, row.said))
    return {
        "batch": batch,
        "title": title_of(batch),
        "progress": incidents.progress(batch.pk),
        "is_answer": batch.kind == Kind.ANSWER,
        "hidden_count": len(rows) - len(seen),
        **{f"{state}_lines": found for state, found in groups.items()},
    }


def title_of(batch: "Batch") -> str:
    """What was asked for, in the past tense."""
    wish: Mapping[str, Any] = batch.wish
    titles = {
        Kind.AGENT: _("Asignar a %(name)s") % {"name": _agent(wish.get("agent_id"))},
        Kind.SHARE: _("Repartir lo de %(name)s") % {"name": _agent(wish["moved_from"])}
        if wish.get("moved_from")
        else _("Repartir en un equipo"),
        Kind.QUEUE: _("Pasar a la cola"),
        Kind.ANSWER: _("Responder a todas"),
    }
    kind = Kind(batch.kind)
    return str(titles.get(kind) or ACTIONS[kind])


def _agent(agent_id: int | None) -> str:
    found = workforce.agents_by_id([agent_id]).get(agent_id) if agent_id else None
    return found.user.display_name if found else _("otra persona")
