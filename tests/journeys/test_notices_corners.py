"""Notices in the corners: by mail alone, to a whole team, and of a time that no person was promised."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from ventanilla.accounts.models import User
from ventanilla.demo.post import case_of, deliver, letter
from ventanilla.demo.stage import Stage
from ventanilla.flow import desk as line
from ventanilla.flow.digests import send_due
from ventanilla.flow.reactions import react
from ventanilla.journal.actors import staff
from ventanilla.kit import clock
from ventanilla.notices import actions as notices
from ventanilla.notices.models import Notice
from ventanilla.notices.queries import DEFAULTS
from ventanilla.notices.rules import Wanted

MORNING = datetime(2026, 9, 8, 10, 0, tzinfo=ZoneInfo("America/Montevideo"))
"""A Tuesday."""


@pytest.fixture
def now() -> Iterator[Any]:
    with clock.frozen(MORNING) as moment:
        yield moment


@pytest.fixture
def agent(stage: Stage, now: Any, settings: Any) -> User:
    settings.EMAIL_BACKEND = "ventanilla.delivery.backend.OutboxEmailBackend"
    User.objects.filter(pk=stage.agent_user.pk).update(email="ana@ejemplo.gub.uy")
    react()
    return stage.agent_user


def hear() -> None:
    """Facts are handed out at the second reading after they were recorded."""
    for _time in range(3):
        react()


def test_what_is_heard_by_mail_alone_is_not_read_by_reading_the_list(stage: Stage, agent: User) -> None:
    notices.set_preferences(agent.pk, dict.fromkeys(DEFAULTS, (False, True)), Wanted("hourly"))
    case = case_of(deliver(stage, letter("a@example.org", "Poda", "Hola")))
    line.assign(staff(stage.supervisor.pk), case.pk, agent_id=stage.agent.pk, team_id=None)
    hear()
    notices.mark_read(agent.pk)
    assert send_due() == 1


def test_a_case_that_is_handed_to_a_team_is_told_to_its_people(stage: Stage, agent: User) -> None:
    notices.set_preferences(agent.pk, dict.fromkeys(DEFAULTS, (True, False)), Wanted())
    case = case_of(deliver(stage, letter("b@example.org", "Basura", "Hola")))
    line.assign(staff(stage.supervisor.pk), case.pk, agent_id=stage.agent.pk, team_id=None)
    hear()
    Notice.unscoped.all().delete()
    line.assign(staff(stage.supervisor.pk), case.pk, agent_id=None, team_id=stage.team.pk)
    hear()
    assert list(Notice.unscoped.filter(user_id=agent.pk).values_list("kind", flat=True)) == ["team"]
