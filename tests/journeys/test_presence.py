"""Available, paused, away, gone: what she does, what she says, and what her silence says."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from ventanilla.demo.post import case_of, deliver, letter
from ventanilla.demo.stage import Stage
from ventanilla.flow import presence
from ventanilla.flow.errors import Refused
from ventanilla.journal.actors import staff
from ventanilla.journal.models import Fact
from ventanilla.kit import clock
from ventanilla.kit.clock import FakeClock
from ventanilla.routing import queries as routing
from ventanilla.workforce.models import Agent

MORNING = datetime(2027, 3, 2, 13, tzinfo=UTC)


@pytest.fixture
def moment(settings: Any) -> Iterator[FakeClock]:
    settings.SECOND_FACTOR = "nobody"
    with clock.frozen(MORNING) as frozen:
        yield frozen


def now_of(stage: Stage) -> tuple[str, str]:
    agent = Agent.objects.get(pk=stage.agent.pk)
    return agent.presence, agent.pause_reason


def told(stage: Stage) -> list[dict[str, Any]]:
    facts = Fact.objects.filter(kind="workforce.presence_changed", agent_id=stage.agent.pk).order_by("pk")
    return [fact.details for fact in facts]


def signed_in(stage: Stage) -> Client:
    client = Client()
    client.force_login(stage.agent_user)
    return client


def test_silence_makes_her_away_and_her_next_act_brings_her_back(stage: Stage, moment: FakeClock) -> None:
    client = signed_in(stage)
    client.get("/mostrador/")
    moment.advance(timedelta(minutes=9))
    assert presence.watch() == {}
    moment.advance(timedelta(minutes=2))
    assert presence.watch() == {stage.agent.pk: "away"}
    client.get("/mostrador/lista/", headers={"HX-Request": "true"})
    assert now_of(stage)[0] == "away", "a list that refreshes itself is nobody"
    client.get("/mostrador/")
    assert now_of(stage)[0] == "available"
    assert told(stage) == [
        {"presence": "away", "reason": "", "by_itself": True},
        {"presence": "available", "reason": "", "by_itself": True},
    ]


def test_an_hour_away_is_gone_and_what_she_holds_stays_hers(stage: Stage, moment: FakeClock) -> None:
    client = signed_in(stage)
    client.get("/mostrador/")
    case = case_of(deliver(stage, letter("rosa@example.org", "poda", "Hola")))
    moment.advance(timedelta(minutes=10))
    presence.watch()
    moment.advance(timedelta(minutes=59))
    assert presence.watch() == {}
    moment.advance(timedelta(minutes=1))
    assert presence.watch() == {stage.agent.pk: "gone"}
    found = routing.assignment_of(case.pk)
    assert found is not None
    assert found.agent == stage.agent
    assert case_of(deliver(stage, letter("eva@example.org", "luz", "Hola"))) is not None
    client.get("/mostrador/")
    assert now_of(stage)[0] == "gone", "whoever went says so herself when she is back"


def test_a_pause_has_a_reason_and_ends_by_her_word(stage: Stage, moment: FakeClock) -> None:
    client = signed_in(stage)
    page = client.get("/mostrador/").text
    assert "Descanso complementario de 10 minutos" in page
    client.post("/mostrador/presencia/", {"presencia": "paused:short_rest", "volver": "/mostrador/"})
    assert now_of(stage) == ("paused", "short_rest")
    moment.advance(timedelta(minutes=30))
    assert presence.watch() == {}
    client.get("/mostrador/")
    assert now_of(stage) == ("paused", "short_rest")
    client.post("/mostrador/presencia/", {"presencia": "available"})
    assert now_of(stage) == ("available", "")
    assert told(stage)[0] == {"presence": "paused", "reason": "short_rest", "by_itself": False}


@pytest.mark.parametrize("said", ["paused", "paused:siesta", "away", "rubbish", ""])
def test_what_nobody_can_say_of_herself(stage: Stage, moment: FakeClock, said: str) -> None:
    signed_in(stage).post("/mostrador/presencia/", {"presencia": said})
    assert now_of(stage) == ("available", "")
    with pytest.raises(Refused):
        presence.set_presence(staff(stage.supervisor.pk), "available")


def test_signing_out_is_going(stage: Stage, moment: FakeClock) -> None:
    client = signed_in(stage)
    client.get("/mostrador/")
    client.post(reverse("account_logout"))
    assert now_of(stage)[0] == "gone"
    assert told(stage)[-1] == {"presence": "gone", "reason": "", "by_itself": False}


def test_a_sign_of_life_costs_one_statement_a_minute(
    stage: Stage, moment: FakeClock, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(1):
        presence.was_seen(stage.agent_user.pk)
    first = Agent.objects.get(pk=stage.agent.pk).seen_at
    moment.advance(timedelta(seconds=20))
    presence.was_seen(stage.agent_user.pk)
    assert Agent.objects.get(pk=stage.agent.pk).seen_at == first == MORNING


def test_whoever_was_never_seen_is_not_counted(stage: Stage, moment: FakeClock) -> None:
    moment.advance(timedelta(days=3))
    assert presence.watch() == {}
    assert now_of(stage)[0] == "available"
