"""A certificate counts from its first day to its last; only who is present and active is offered work."""

from collections.abc import Iterator
from datetime import date

import pytest

from ventanilla.accounts.actions import create_staff
from ventanilla.accounts.models import User
from ventanilla.organisation.actions import create_body
from ventanilla.organisation.scoping import scope
from ventanilla.workforce import actions, queries
from ventanilla.workforce.models import Agent, Team


@pytest.fixture
def team(db: None) -> Iterator[Team]:
    body = create_body("una", "Una")
    with scope({body.pk}):
        yield actions.create_team(body, "uno", "Uno")


@pytest.fixture
def agent(team: Team) -> Agent:
    return actions.create_agent(create_staff("ana", "Ana", "Sosa", password="una-clave-larga"), [team])


@pytest.mark.parametrize(
    ("on", "is_valid"),
    [(date(2026, 1, 31), False), (date(2026, 2, 1), True), (date(2026, 2, 28), True), (date(2026, 3, 1), False)],
)
def test_a_certificate_counts_from_its_first_day_to_its_last(agent: Agent, on: date, is_valid: bool) -> None:
    actions.certify(agent, "email", date(2026, 2, 1), date(2026, 2, 28))
    assert queries.certified([agent.pk], on) == ({agent.pk: {"email"}} if is_valid else {})


def test_only_who_is_present_and_active_is_offered_work(team: Team, agent: Agent) -> None:
    assert queries.available([team.pk]) == []
    actions.set_presence(agent, "available")
    assert queries.available([team.pk]) == [(team.pk, agent.pk)]
    assert queries.serves(agent.pk, team.public_body_id)
    assert not queries.serves(agent.pk, 0)
    User.objects.filter(pk=agent.user_id).update(is_active=False)
    assert queries.available([team.pk]) == []
    assert queries.agent(agent.pk) is None
