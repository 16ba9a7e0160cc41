"""An agent trained only in mail never receives another channel's work, whatever happens to it."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

import pytest

from ventanilla.accounts import actions as accounts
from ventanilla.accounts.models import Role
from ventanilla.cases.models import Case
from ventanilla.demo.post import case_of, deliver, letter
from ventanilla.demo.stage import Stage
from ventanilla.flow import desk, references
from ventanilla.flow.close import close, reopen
from ventanilla.flow.errors import Refused
from ventanilla.flow.needs import set_needs
from ventanilla.flow.waiting import assign_waiting
from ventanilla.journal.actors import Actor, staff
from ventanilla.journal.models import Fact
from ventanilla.kit import clock
from ventanilla.routing import actions as routing_actions
from ventanilla.routing import queries as routing
from ventanilla.routing.models import Assignment
from ventanilla.workforce import actions as workforce
from ventanilla.workforce.models import Agent

MONDAY = datetime(2026, 11, 23, 13, tzinfo=UTC)
ROSA = "rosa@example.org"
_numbers = count(1)


@pytest.fixture(autouse=True)
def _moment() -> Iterator[None]:
    with clock.frozen(MONDAY):
        yield


@pytest.fixture
def only_mail(stage: Stage) -> Agent:
    """The only one who is there; the stage's own agents are trained for both and away."""
    for agent in (stage.agent, stage.colleague):
        workforce.set_presence(agent, "gone")
    user = accounts.create_staff("correo", "Carla", "Ruiz", password_hash="!")
    accounts.give_role(user, stage.body, Role.AGENT)
    agent = workforce.create_agent(user, [stage.team], presence="available")
    workforce.certify(agent, "email", date(2026, 1, 1))
    return agent


@pytest.fixture
def supervisor(stage: Stage) -> Actor:
    return staff(stage.supervisor.pk)


def by_portal(stage: Stage, case: Case | None = None, **said: Any) -> Case:
    form = {
        "id": f"formulario-{next(_numbers)}",
        "sender": {"kind": "email", "value": ROSA, "name": "Rosa"},
        "type": "information",
        "subject": "Por el portal",
        "text": "Hola",
        **said,
    }
    more = {"reference_token": references.token_of(case.pk)} if case else {}
    return case_of(deliver(stage, json.dumps(form).encode(), account=stage.portal, **more))


def by_mail(stage: Stage, case: Case | None = None, **named: Any) -> Case:
    subject = f"Sobre [{case.code}]" if case else "Por correo"
    return case_of(deliver(stage, letter(ROSA, subject, "Hola"), **named))


def who(case: Case) -> Agent | None:
    found = routing.assignment_of(case.pk)
    assert found is not None
    return found.agent


def test_filing(stage: Stage, only_mail: Agent) -> None:
    assert who(by_mail(stage)) == only_mail
    portal = by_portal(stage)
    assert who(portal) is None
    assert routing.explain(portal.pk).startswith("Nadie de los presentes tiene certificado vigente en el canal")
    assert assign_waiting() == 0
    assert who(portal) is None


def test_a_case_that_goes_on_by_another_channel(stage: Stage, only_mail: Agent) -> None:
    case = by_mail(stage)
    assert who(case) == only_mail
    by_portal(stage, case)
    assert who(case) is None, "what she would have to answer is the portal's now"
    assert assign_waiting() == 0
    workforce.set_presence(stage.agent, "available")
    assert assign_waiting() == 1
    assert who(case) == stage.agent


def test_reopening(stage: Stage, only_mail: Agent, supervisor: Actor) -> None:
    case = by_mail(stage)
    close(staff(only_mail.user_id), case.pk, type="information", service_id=None, text="Listo")
    by_portal(stage, case)
    assert Case.objects.get(pk=case.pk).state == "open"
    assert who(case) is None
    again = by_mail(stage)
    close(staff(only_mail.user_id), again.pk, type="information", service_id=None, text="Listo")
    with clock.frozen(MONDAY + timedelta(hours=1)):
        reopen(supervisor, again.pk)
    assert who(again) == only_mail, "her own, by her own channel"


def test_a_reopened_case_goes_to_whoever_is_there(stage: Stage, only_mail: Agent, supervisor: Actor) -> None:
    case = by_mail(stage)
    close(staff(only_mail.user_id), case.pk, type="information", service_id=None, text="Listo")
    workforce.set_presence(only_mail, "gone")
    workforce.set_presence(stage.agent, "available")
    reopen(supervisor, case.pk)
    assert who(case) == stage.agent


def test_by_hand_and_taking(stage: Stage, only_mail: Agent, supervisor: Actor) -> None:
    portal = by_portal(stage)
    with pytest.raises(Refused, match="no tiene certificado vigente"):
        desk.assign(supervisor, portal.pk, agent_id=only_mail.pk, team_id=None)
    with pytest.raises(Refused, match="No tenés certificado vigente"):
        desk.take(staff(only_mail.user_id), portal.pk)
    assert who(portal) is None
    desk.assign(supervisor, portal.pk, agent_id=stage.agent.pk, team_id=None)
    assert who(portal) == stage.agent


def test_overflow_reaches_only_the_trained(stage: Stage, only_mail: Agent) -> None:
    other = accounts.create_staff("otra", "Olga", "Paz", password_hash="!")
    there = workforce.create_agent(other, [stage.other_team], presence="available")
    workforce.certify(there, "email", date(2026, 1, 1))
    rule = routing_actions.create_overflow_rule(stage.body, stage.team, stage.other_team, after_minutes=30)
    portal = by_portal(stage)
    workforce.set_presence(only_mail, "gone")
    mail = by_mail(stage)
    assert assign_waiting() == 0, "they have not waited long enough"
    with clock.frozen(MONDAY + timedelta(minutes=31)):
        assert assign_waiting() == 1
    assert (who(portal), who(mail)) == (None, there)
    assert Fact.objects.filter(kind="routing.overflowed", case_id=mail.pk, details__rule_id=rule.pk).count() == 1
    said = routing.explain(mail.pk)
    assert f"Pasó de Primer nivel a Tránsito por la regla de desborde {rule.pk}" in said


def test_a_certificate_ends_at_midnight(stage: Stage, only_mail: Agent) -> None:
    workforce.certify(only_mail, "portal", date(2026, 1, 1), date(2026, 11, 23))
    assert who(by_portal(stage)) == only_mail
    with clock.frozen(datetime(2026, 11, 24, 3, 1, tzinfo=UTC)):
        late = by_portal(stage)
    assert who(late) is None


def test_whoever_gave_it_back_does_not_get_it_again(stage: Stage, only_mail: Agent) -> None:
    workforce.set_presence(stage.agent, "available")
    case = by_mail(stage)
    first = who(case)
    assert first is not None
    desk.return_to_queue(staff(first.user_id), case.pk)
    assert assign_waiting() == 1
    assert who(case) not in (first, None)


def test_the_language_chooses_among_the_trained(stage: Stage, only_mail: Agent) -> None:
    workforce.change_agent(only_mail, languages=["es", "pt"])
    workforce.set_presence(stage.agent, "available")
    asked = by_portal(stage, language="pt")
    assert who(asked) == stage.agent, "she speaks it, and was not trained for the portal"
    assert "nadie presente y con lugar lo habla" in routing.explain(asked.pk)
    for _turn in range(2):
        case = by_mail(stage)
        desk.return_to_queue(staff(stage.supervisor.pk), case.pk)
        set_needs(staff(stage.supervisor.pk), case.pk, language="pt", preferential_reason="elderly")
        assert assign_waiting() == 1
        assert who(case) == only_mail
    assert not Fact.objects.filter(details__icontains="elderly").exists(), "why is nobody else's business"


def test_it_all_held(stage: Stage, only_mail: Agent, supervisor: Actor) -> None:
    """A day of everything at once."""
    workforce.set_presence(stage.agent, "available")
    for turn in range(6):
        case = by_mail(stage) if turn % 2 else by_portal(stage)
        (by_portal if turn % 3 else by_mail)(stage, case)
        desk.return_to_queue(supervisor, case.pk)
        assign_waiting()
    for one in Assignment.objects.filter(agent=only_mail):
        assert one.channel == "email"
