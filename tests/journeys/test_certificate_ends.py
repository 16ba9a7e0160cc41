"""A certificate ends at midnight, and the queue obeys; an exception opens the channel again, for a while."""

from datetime import UTC, date, datetime

import pytest
from django.test import Client

from ventanilla.demo.post import case_of, deliver, letter
from ventanilla.demo.stage import Stage
from ventanilla.flow import desk as line
from ventanilla.flow.errors import Refused
from ventanilla.journal.actors import staff
from ventanilla.journal.models import Fact
from ventanilla.kit import clock
from ventanilla.organisation.scoping import scope
from ventanilla.routing import queries as assignments
from ventanilla.workforce import actions as workforce
from ventanilla.workforce import queries

LAST_DAY = date(2026, 11, 24)
LAST_EVENING = datetime(2026, 11, 25, 2, 59, tzinfo=UTC)
"""24 November, 23:59 in Montevideo."""
MIDNIGHT = datetime(2026, 11, 25, 3, tzinfo=UTC)


@pytest.mark.django_db
def test_a_certificate_ends_at_midnight_and_the_queue_obeys(stage: Stage) -> None:
    with scope({stage.body.pk}):
        for one in queries.certificates_of(stage.agent.pk):
            workforce.certify(stage.agent, one.channel, one.valid_from_on, LAST_DAY)
    with clock.frozen(LAST_EVENING), scope({stage.body.pk}):
        before = case_of(deliver(stage, letter("rosa@example.org", "Antes de medianoche", "Hola")))
        held = assignments.assignment_of(before.pk)
        assert held is not None
        assert held.agent == stage.agent
    with clock.frozen(MIDNIGHT), scope({stage.body.pk}):
        after = case_of(deliver(stage, letter("otra@example.org", "Después de medianoche", "Hola")))
        waiting = assignments.assignment_of(after.pk)
        assert waiting is not None
        assert waiting.agent is None
        with pytest.raises(Refused, match="certificado"):
            line.take(staff(stage.agent_user.pk), after.pk)

        supervisor = Client()
        supervisor.force_login(stage.supervisor)
        page = f"/supervision/capacitacion/{stage.agent.pk}/"
        assert "Dar la excepción" in supervisor.get(page).content.decode()
        supervisor.post(f"{page}excepcion/", {"canal": "email", "hasta": "2026-11-25", "motivo": ""})
        assert Fact.objects.filter(kind="workforce.exemption_granted").count() == 0
        supervisor.post(f"{page}excepcion/", {"canal": "email", "hasta": "2026-11-25", "motivo": "Falta gente hoy"})
        granted = Fact.objects.get(kind="workforce.exemption_granted")
        assert (granted.actor_id, granted.agent_id) == (stage.supervisor.pk, stage.agent.pk)
        given = assignments.assignment_of(after.pk)
        assert given is not None
        assert given.agent == stage.agent
        assert "Excepción hasta" in supervisor.get("/supervision/capacitacion/").content.decode()
    with clock.frozen(datetime(2026, 11, 26, 3, tzinfo=UTC)), scope({stage.body.pk}):
        assert queries.certified([stage.agent.pk], queries.today()) == {}


@pytest.mark.django_db
def test_an_agent_decides_nothing_about_training(stage: Stage) -> None:
    client = Client()
    client.force_login(stage.agent_user)
    page = f"/supervision/capacitacion/{stage.agent.pk}/"
    assert client.get(page).status_code == 403
    assert client.post(f"{page}excepcion/", {"canal": "chat", "motivo": "Porque sí"}).status_code == 403
