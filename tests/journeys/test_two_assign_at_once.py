"""Two runs of routing, messages that come in and an agent who takes a case, all in the same moment: no case goes to
two, and routing fills nobody past her maximum."""

from collections import Counter
from datetime import date
from functools import partial

import pytest
from tests.journeys.test_two_at_once import Together

from ventanilla.accounts import actions as accounts
from ventanilla.accounts.models import Role
from ventanilla.cases.models import Case
from ventanilla.demo.post import letter
from ventanilla.demo.stage import Stage
from ventanilla.flow import desk
from ventanilla.flow.accept import accept
from ventanilla.flow.errors import Refused
from ventanilla.flow.receiving import drain
from ventanilla.flow.waiting import assign_waiting
from ventanilla.journal.actors import Actor, staff
from ventanilla.journal.models import Fact
from ventanilla.routing.models import Assignment, Turn
from ventanilla.workforce import actions as workforce
from ventanilla.workforce.models import Agent

MOST = 4
PEOPLE = 3


@pytest.fixture
def together(committed_stage: Stage) -> Together:
    return Together(committed_stage)


@pytest.fixture
def centre(committed_stage: Stage) -> list[Agent]:
    """Three with little room, the stage's own two gone."""
    stage = committed_stage
    for agent in (stage.agent, stage.colleague):
        workforce.set_presence(agent, "gone")
    made = []
    for number in range(PEOPLE):
        user = accounts.create_staff(f"persona-{number}", "Persona", str(number), password_hash="!")
        accounts.give_role(user, stage.body, Role.AGENT)
        agent = workforce.create_agent(user, [stage.team], presence="gone", max_open_cases=MOST)
        workforce.certify(agent, "email", date(2026, 1, 1))
        made.append(agent)
    return made


def waiting(stage: Stage, count: int, turn: int) -> list[Case]:
    before = set(Case.objects.values_list("pk", flat=True))
    for number in range(count):
        content = letter(
            f"vecina{turn}.{number}@example.org", "Hola", "Buen día", message_id=f"{turn}.{number}@example.org"
        )
        accept(stage.account, content, {"mail_from": "vecina@example.org"})
    drain(stage.body.pk)
    return list(Case.objects.exclude(pk__in=before).order_by("pk"))


def loads() -> Counter[int]:
    return Counter(Assignment.objects.filter(is_open=True, agent__isnull=False).values_list("agent_id", flat=True))


def test_nobody_is_filled_past_her_maximum_and_no_case_goes_to_two(
    committed_stage: Stage, together: Together, centre: list[Agent]
) -> None:
    stage, taken_by_hand = committed_stage, Counter[int]()
    cases = waiting(stage, PEOPLE * MOST + 6, 0)
    for agent in centre:
        workforce.set_presence(agent, "available")
    taker: Actor = staff(centre[0].user_id)
    for content in range(4):
        letter_ = letter(f"tarde{content}@example.org", "Tarde", "Hola", message_id=f"tarde.{content}@example.org")
        accept(stage.account, letter_, {"mail_from": "tarde@example.org"})
    outcomes = together.do(
        assign_waiting,
        assign_waiting,
        partial(drain, stage.body.pk),
        *[partial(desk.take, taker, case.pk) for case in cases[:2]],
    )
    assert not [one for one in outcomes if isinstance(one, Exception) and not isinstance(one, Refused)], outcomes
    taken_by_hand[centre[0].pk] = 2
    while assign_waiting():
        pass
    found = loads()
    for agent in centre:
        assert MOST <= found[agent.pk] <= MOST + taken_by_hand[agent.pk], (agent, found)
    given = Counter(Fact.objects.filter(kind="routing.assigned").values_list("case_id", flat=True))
    assert set(given.values()) == {1}, "nothing was given twice"
    assert dict(Turn.objects.exclude(load=0).values_list("agent_id", "load")) == dict(found)


def test_it_holds_again_and_again(committed_stage: Stage, together: Together, centre: list[Agent]) -> None:
    stage = committed_stage
    for turn in range(1, 7):
        cases = waiting(stage, PEOPLE * MOST + 2, turn)
        for agent in centre:
            workforce.set_presence(agent, "available")
        outcomes = together.do(assign_waiting, assign_waiting, assign_waiting)
        assert sum(outcomes) <= PEOPLE * MOST
        assert max(loads().values()) <= MOST
        assert assign_waiting() + sum(outcomes) == PEOPLE * MOST
        for agent in centre:
            workforce.set_presence(agent, "gone")
        for one in Assignment.objects.filter(case__in=cases):
            desk.assign(staff(stage.supervisor.pk), one.case_id, agent_id=None, team_id=stage.other_team.pk)
        assert not Turn.objects.exclude(load=0).exists()
