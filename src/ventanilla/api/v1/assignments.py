"""Who attends a case."""

from typing import TYPE_CHECKING

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Router, Schema
from pydantic import ConfigDict, Field

from ventanilla.accounts import queries as accounts
from ventanilla.accounts.doors import demands
from ventanilla.accounts.rules import Right
from ventanilla.api.authentication import caller
from ventanilla.api.problems import Problem, documented, invalid_field
from ventanilla.api.v1.cases import CaseOut, card, find
from ventanilla.api.v1.values import ShortText
from ventanilla.flow import desk
from ventanilla.routing import queries as routing
from ventanilla.workforce import queries as workforce

if TYPE_CHECKING:
    from ventanilla.cases.models import Case
    from ventanilla.workforce.models import Agent

router = Router(tags=["assignments"])


class AssignmentIn(Schema):
    model_config = ConfigDict(extra="forbid")

    agent: str | None = Field(default=None, max_length=150, description="Usuario; null: en la cola del equipo.")
    team: str | None = Field(default=None, max_length=50, description="Identificador; si falta, queda el que tiene.")
    note: ShortText = Field(default="", description="Para quien la recibe.")


@router.post(
    "/cases/{code}/assign",
    response=CaseOut,
    operation_id="assign",
    openapi_extra=documented(400, 403, 404, 409, 413, 415, 422),
    summary="Asignar",
)
@demands(Right.ANSWER)
def assign(request: HttpRequest, code: str, body: AssignmentIn) -> CaseOut:
    """Quien atiende puede tomar una solicitud, y pasar o devolver a la cola la suya o una que no tiene nadie.

    Quien supervisa, cualquiera.
    """
    case = find(request, code, Right.ANSWER)
    if not body.model_fields_set & {"agent", "team"}:
        raise invalid_field("agent", _("Decí a quién («agent») o a qué equipo («team») pasa."))
    agent = _agent(body.agent) if body.agent else None
    _require_hand(request, case, agent)
    me = caller(request)
    team_id = _team_id(body.team, case) if body.team else None
    is_plain = team_id is None and not body.note.strip()
    if is_plain and agent is None:
        desk.return_to_queue(me.actor, case.pk)
    elif is_plain and agent is not None and agent.user_id == me.user.pk:
        desk.take(me.actor, case.pk)
    else:
        team_id = team_id if team_id is not None else _present_team_id(case)
        desk.assign(me.actor, case.pk, agent_id=agent.pk if agent else None, team_id=team_id, note=body.note)
    return card(case)


def _require_hand(request: HttpRequest, case: "Case", agent: "Agent | None") -> None:
    """Raises Problem 403 when an agent would give away a colleague's case."""
    me = caller(request)
    if me.may(Right.ASSIGN, case.public_body_id) or (agent is not None and agent.user_id == me.user.pk):
        return
    present = routing.assignment_of(case.pk)
    if present is not None and present.agent is not None and present.agent.user_id != me.user.pk:
        raise Problem(403, _("La atiende otra persona: podés tomarla, o pedirle a quien supervisa que la pase."))


def _agent(username: str) -> "Agent":
    user = accounts.by_username(username)
    agent = workforce.agent_of_user(user.pk) if user else None
    agent = workforce.agent(agent.pk) if agent else None
    if agent is None:
        raise invalid_field("agent", _("Ningún ejecutivo de los equipos a tu alcance tiene ese usuario."))
    return agent


def _team_id(slug: str, case: "Case") -> int:
    found = next(
        (team.pk for team in workforce.teams() if team.slug == slug and team.public_body_id == case.public_body_id),
        None,
    )
    if found is None:
        raise invalid_field("team", _("No hay un equipo con ese identificador en el organismo."))
    return found


def _present_team_id(case: "Case") -> int | None:
    present = routing.assignment_of(case.pk)
    return present.team_id if present else None
