"""A provider's contract ends in the middle of a shift: every door shuts, and what its people held comes home."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from ventanilla.accounts import actions as accounts
from ventanilla.accounts.models import Role, User
from ventanilla.accounts.rules import Right
from ventanilla.cases.models import Case
from ventanilla.demo.post import case_of, deliver, letter
from ventanilla.demo.stage import Stage
from ventanilla.flow import contracts
from ventanilla.flow import desk as line
from ventanilla.flow.sight import standing_now
from ventanilla.journal.actors import staff
from ventanilla.journal.models import Fact
from ventanilla.kit import clock
from ventanilla.kit.clock import FakeClock
from ventanilla.routing import queries as routing
from ventanilla.workforce import actions as workforce
from ventanilla.workforce.models import Agent, Provider

BEGAN, ENDS = date(2026, 1, 1), date(2026, 12, 31)
LAST_EVENING = datetime(2027, 1, 1, 2, 59, tzinfo=UTC)
"""31 December, 23:59 in Montevideo."""


@pytest.fixture
def moment(settings: Any) -> Iterator[FakeClock]:
    settings.SECOND_FACTOR = "nobody"
    with clock.frozen(LAST_EVENING) as frozen:
        yield frozen


class Hired:
    """An agent of a contracted centre on her last evening, with one case in her hands."""

    def __init__(self, stage: Stage) -> None:
        self.provider: Provider = workforce.create_provider(stage.body, "Contacto del Sur", BEGAN, ENDS)
        self.team = workforce.create_team(
            stage.body, "contratado", "Centro contratado", [stage.account], provider=self.provider
        )
        self.user: User = accounts.create_staff("centro", "Valeria", "Núñez")
        accounts.give_role(self.user, stage.body, Role.AGENT)
        self.agent: Agent = workforce.create_agent(self.user, [self.team], presence="available")
        workforce.certify(self.agent, "email", BEGAN)
        self.client = Client()
        self.client.force_login(self.user)
        self.token = {"Authorization": f"Bearer {accounts.issue_token(self.user)}"}

    def doors(self, case: Case) -> set[int]:
        return {
            self.client.get("/mostrador/").status_code,
            self.client.get(f"/mostrador/{case.code}/").status_code,
            self.client.post(f"/mostrador/{case.code}/nota/", {"text": "hola"}).status_code,
            Client().get(f"/api/v1/cases/{case.code}", headers=self.token).status_code,
            Client().get("/api/v1/cases", headers=self.token).status_code,
        }


@pytest.fixture
def hired(stage: Stage, moment: FakeClock) -> Hired:
    return Hired(stage)


@pytest.fixture
def hers(stage: Stage, hired: Hired) -> Case:
    case = case_of(deliver(stage, letter("rosa@example.org", "poda", "Hola")))
    line.assign(staff(stage.supervisor.pk), case.pk, agent_id=hired.agent.pk, team_id=hired.team.pk)
    return case


def test_at_midnight_every_door_shuts(stage: Stage, hired: Hired, hers: Case, moment: FakeClock) -> None:
    assert hired.doors(hers) <= {200, 302}
    assert standing_now(hired.user.pk).body_ids_with(Right.SEE_CASES) == {stage.body.pk}
    moment.advance(timedelta(minutes=1))
    assert hired.doors(hers) <= {403, 404}
    # What the socket asks each minute, before it closes itself (web/desk/sockets.py).
    assert standing_now(hired.user.pk).body_ids_with(Right.SEE_CASES) == set()
    page = hired.client.get("/mostrador/").text + hired.client.get("/mostrador/confidencialidad/").text
    assert stage.body.name not in page
    assert "Primer nivel" not in page


def test_what_she_held_comes_home_and_nothing_goes_to_her(
    stage: Stage, hired: Hired, hers: Case, moment: FakeClock
) -> None:
    waiting = case_of(deliver(stage, letter("eva@example.org", "luz", "Hola")))
    line.assign(staff(stage.supervisor.pk), waiting.pk, agent_id=None, team_id=hired.team.pk)
    assert contracts.follow() == 0
    moment.advance(timedelta(minutes=1))
    assert contracts.follow() == 2
    for case in (hers, waiting):
        found = routing.assignment_of(case.pk)
        assert found is not None
        assert (found.team, found.agent) == (stage.team, None)
    (fact,) = Fact.objects.filter(kind="workforce.contract_ended")
    assert fact.details == {"provider_id": hired.provider.pk, "cases": 2}
    assert contracts.follow() == 0
    assert Fact.objects.filter(kind="workforce.contract_ended").count() == 1
    workforce.set_presence(stage.agent, "gone")
    after = case_of(deliver(stage, letter("ida@example.org", "agua", "Hola")))
    found = routing.assignment_of(after.pk)
    assert found is not None
    assert found.agent is None


def test_an_agent_who_also_attends_for_the_body_keeps_what_is_not_the_providers(
    stage: Stage, hired: Hired, hers: Case, moment: FakeClock
) -> None:
    workforce.change_agent(hired.agent, teams=[hired.team, stage.team])
    own = case_of(deliver(stage, letter("eva@example.org", "luz", "Hola")))
    line.assign(staff(stage.supervisor.pk), own.pk, agent_id=hired.agent.pk, team_id=stage.team.pk)
    moment.advance(timedelta(minutes=1))
    assert contracts.follow() == 1
    found = routing.assignment_of(own.pk)
    assert found is not None
    assert found.agent == hired.agent


def test_it_is_said_thirty_seven_and_one_days_before_and_again_of_another_end(stage: Stage, hired: Hired) -> None:
    told = []
    for left in range(40, -1, -1):
        with clock.frozen(LAST_EVENING - timedelta(days=left)):
            contracts.follow()
            contracts.follow()
        told = [fact.details["days"] for fact in Fact.objects.filter(kind="workforce.contract_ending").order_by("pk")]
    assert told == [30, 7, 1]
    workforce.change_provider(hired.provider, contract_until_on=ENDS + timedelta(days=5))
    contracts.follow()
    assert Fact.objects.filter(kind="workforce.contract_ending").latest("pk").details["days"] == 5


def test_a_provider_may_see_only_what_each_agent_attends(stage: Stage, hired: Hired, hers: Case) -> None:
    other = case_of(deliver(stage, letter("eva@example.org", "luz", "Hola")))
    line.assign(staff(stage.supervisor.pk), other.pk, agent_id=None, team_id=hired.team.pk)
    assert hired.client.get(f"/mostrador/{other.code}/").status_code == 200
    workforce.change_provider(hired.provider, sight="own")
    assert hired.client.get(f"/mostrador/{other.code}/").status_code == 404
    assert hired.client.get(f"/mostrador/{hers.code}/").status_code == 200


def test_whoever_has_not_signed_sees_the_page_to_sign_and_nothing_else(stage: Stage, hired: Hired, hers: Case) -> None:
    own = Client()
    own.force_login(stage.agent_user)
    statement = workforce.write_statement(stage.body, "Guardo secreto.")
    assert own.get("/mostrador/").status_code == 200, "demanded of providers' people only"
    for path in ("/mostrador/", f"/mostrador/{hers.code}/"):
        assert hired.client.get(path)["Location"] == "/mostrador/confidencialidad/"
    assert Client().get(f"/api/v1/cases/{hers.code}", headers=hired.token).status_code in (403, 404)
    assert "Guardo secreto." in hired.client.get("/mostrador/confidencialidad/").text
    hired.client.post("/mostrador/confidencialidad/", {"declaracion": statement.pk})
    assert hired.client.get("/mostrador/").status_code == 302, "without the tick it is not signed"
    signed = hired.client.post("/mostrador/confidencialidad/", {"declaracion": statement.pk, "acepto": "1"})
    assert signed["Location"] == "/mostrador/"
    assert hired.client.get(f"/mostrador/{hers.code}/").status_code == 200
    fact = Fact.objects.get(kind="workforce.statement_signed")
    assert (fact.agent_id, fact.details["version"]) == (hired.agent.pk, 1)
    workforce.write_statement(stage.body, "Guardo secreto, siempre.", "everybody")
    assert hired.client.get("/mostrador/").status_code == 302, "each version is signed anew"
    assert own.get("/mostrador/").status_code == 302


def test_work_goes_to_nobody_who_has_not_signed(stage: Stage, hired: Hired) -> None:
    workforce.set_presence(stage.agent, "gone")
    workforce.write_statement(stage.body, "Guardo secreto.")
    case = case_of(deliver(stage, letter("rosa@example.org", "poda", "Hola")))
    found = routing.assignment_of(case.pk)
    assert found is not None
    assert found.agent is None
