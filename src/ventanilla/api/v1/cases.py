"""Cases: lists, one, and what changes its state."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema
from pydantic import Field

from ventanilla.accounts import queries as accounts
from ventanilla.accounts.doors import demands
from ventanilla.accounts.rules import Right
from ventanilla.api.authentication import Caller, caller
from ventanilla.api.paging import Asked, Page, bad_cursor
from ventanilla.api.problems import Problem, documented, invalid_field
from ventanilla.catalogue import queries as catalogue
from ventanilla.contacts import queries as contacts
from ventanilla.flow import at_once, readings
from ventanilla.flow.sight import sees
from ventanilla.organisation.scoping import scope
from ventanilla.workforce import queries as workforce
from ventanilla.worklist import queries as worklist

if TYPE_CHECKING:
    from ventanilla.cases.models import Case
    from ventanilla.worklist.models import Row

router = Router(tags=["cases"])

State = Literal["open", "waiting_citizen", "closed"]
Type = Literal["information", "complaint", "claim", "suggestion", "thanks"]


class ContactOut(Schema):
    name: str = Field(description="Como la persona dice llamarse; vacío si no lo dijo.")
    email: str | None
    phone: str | None


class CaseOut(Schema):
    code: str
    type: Type
    state: State
    subject: str
    channel: str = Field(description="Por donde entró.")
    service: str | None = Field(description="Identificador del servicio.")
    contact: ContactOut | None
    agent: str | None = Field(description="Usuario de quien la atiende; null si espera en la cola.")
    team: str | None = Field(description="Identificador del equipo.")
    opened_at: datetime
    closed_at: datetime | None
    first_response_due_at: datetime | None
    first_responded_at: datetime | None
    resolution_due_at: datetime | None


class CaseFilters(Schema):
    state: State | None = None
    channel: str = Field(default="", max_length=30)
    type: Type | None = None
    agent: str = Field(default="", max_length=150, description="Un usuario; «me»: el del token; «none»: sin asignar.")
    q: str = Field(default="", max_length=200, description="Busca en código, asunto, textos y contacto.")


@router.get(
    "/cases",
    response=Page[CaseOut],
    operation_id="list_cases",
    openapi_extra=documented(400, 403, 422),
    summary="Listar solicitudes",
)
@demands(Right.SEE_CASES)
def list_cases(request: HttpRequest, filters: Query[CaseFilters], asked: Query[Asked]) -> Page[CaseOut]:
    """La de actividad más reciente primero."""
    me = caller(request)
    wanted = worklist.Filters(
        state=filters.state or "",
        channel=filters.channel,
        type=filters.type or "",
        agent_user_id=_agent_user_id(filters.agent, me),
        is_unassigned=filters.agent == "none",
        q=filters.q,
        order="activity",
        sight=me.standing.sight,
    )
    with scope(me.body_ids_with(Right.SEE_CASES)):
        try:
            page = worklist.page(wanted, asked.cursor, asked.limit)
        except worklist.BadCursor as problem:
            raise bad_cursor() from problem
        if filters.q and not asked.cursor:
            readings.searched(me.actor, me.standing, readings.API)
        return Page(items=cards(page.rows), next=page.next)


@router.get(
    "/cases/{code}",
    response=CaseOut,
    operation_id="get_case",
    openapi_extra=documented(403, 404),
    summary="Ver una solicitud",
)
@demands(Right.SEE_CASES)
def get_case(request: HttpRequest, code: str) -> CaseOut:
    case = find(request, code, Right.SEE_CASES)
    me = caller(request)
    readings.was_read(me.actor, me.standing, case, readings.API)
    return card(case)


def find(request: HttpRequest, code: str, right: Right) -> "Case":
    """The case, if it is in the caller's sight and she has the right in its body. Raises Problem 404 or 403."""
    case = at_once.case_by_code(code)
    if case is None:
        raise Problem(404, _("No hay una solicitud con ese código a tu alcance."))
    caller(request).require(right, case.public_body_id)
    must_see(request, case)
    return case


def must_see(request: HttpRequest, case: "Case") -> None:
    """Raises Problem 404 when the case is out of the caller's sight, as if it did not exist."""
    if not sees(caller(request).standing, case):
        raise Problem(404, _("No hay una solicitud con ese código a tu alcance."))


def card(case: "Case") -> CaseOut:
    row = worklist.row(case.pk)
    if row is None:
        raise Problem(404)
    return cards([row])[0]


def cards(rows: Sequence["Row"]) -> list[CaseOut]:
    """The cases as programs see them, in a constant number of queries."""
    users = accounts.users_by_id({row.agent_user_id for row in rows if row.agent_user_id})
    services = catalogue.services_by_id({row.service_id for row in rows if row.service_id})
    teams = {team.pk: team.slug for team in workforce.teams()}
    addresses = contacts.addresses_of({row.contact_id for row in rows if row.contact_id})
    names = contacts.names_of(addresses)
    found = []
    for row in rows:
        contact = None
        if row.contact_id:
            of_kind = {address.kind: address.value for address in reversed(addresses.get(row.contact_id, []))}
            contact = ContactOut(
                name=names.get(row.contact_id, ""), email=of_kind.get("email"), phone=of_kind.get("phone")
            )
        found.append(
            CaseOut.model_validate(
                {
                    "code": row.code,
                    "type": row.type,
                    "state": row.state,
                    "subject": row.subject,
                    "channel": row.channel,
                    "service": services[row.service_id].slug if row.service_id in services else None,
                    "contact": contact,
                    "agent": users[row.agent_user_id].username if row.agent_user_id in users else None,
                    "team": teams.get(row.team_id or 0),
                    "opened_at": row.opened_at,
                    "closed_at": row.closed_at,
                    "first_response_due_at": row.first_response_due_at,
                    "first_responded_at": row.first_responded_at,
                    "resolution_due_at": row.resolution_due_at,
                }
            )
        )
    return found


def _agent_user_id(agent: str, me: Caller) -> int | None:
    """The user that the filter names, of the caller's bodies. Raises Problem 422: an empty list would hide a typing
    error."""
    if agent in ("", "none"):
        return None
    if agent == "me":
        return me.user.pk
    user = accounts.by_username(agent)
    if user is None or not accounts.body_ids_of(user) & accounts.body_ids_of(me.user):
        raise invalid_field("agent", _("No hay un usuario con ese nombre."))
    return user.pk
