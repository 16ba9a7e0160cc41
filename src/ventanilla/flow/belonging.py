"""Whoever serves several bodies sees them all, and still nothing of one may be put into another."""

from django.utils.translation import gettext as _

from ventanilla.cases.models import Case, CaseType
from ventanilla.catalogue import queries as catalogue
from ventanilla.flow.errors import Refused
from ventanilla.workforce import queries as workforce
from ventanilla.workforce.models import Agent, Team


def refuse_unknown(type: str, service_id: int | None, body_id: int) -> None:
    """Raises Refused when there is no such type, or the body has no such service."""
    if type not in CaseType.values:
        raise Refused(_("Ese tipo de solicitud no existe."))
    if service_id is not None:
        service = catalogue.service(service_id)
        if service is None or service.public_body_id != body_id:
            raise Refused(_("Ese servicio no existe."))


def refuse_foreign(case: Case, *, team: Team | None, agent: Agent | None) -> None:
    """Raises Refused when the team, or every team of the agent, belongs to another body than the case."""
    if team is not None and team.public_body_id != case.public_body_id:
        raise Refused(_("Ese equipo no es del organismo de la solicitud."))
    if agent is not None and not workforce.serves(agent.pk, case.public_body_id):
        raise Refused(_("Esa persona no atiende a este organismo."))
