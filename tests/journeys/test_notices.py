"""Staff hear of what concerns them: in the desk at once, by one mail in the morning, and never at night."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from ventanilla.accounts import actions as accounts
from ventanilla.accounts.models import Role, User
from ventanilla.accounts.queries import memberships_of
from ventanilla.cases.queries import by_code
from ventanilla.delivery.models import OutboxMessage
from ventanilla.demo.post import case_of, deliver, letter
from ventanilla.demo.stage import Stage
from ventanilla.flow import desk as line
from ventanilla.flow import referrals
from ventanilla.flow.digests import send_due
from ventanilla.flow.reactions import react
from ventanilla.journal.actions import NewFact, record
from ventanilla.journal.actors import staff
from ventanilla.kit import clock
from ventanilla.notices import actions as notices
from ventanilla.notices.models import Notice
from ventanilla.notices.queries import DEFAULTS, rhythm
from ventanilla.notices.rules import Wanted
from ventanilla.organisation.queries import unit
from ventanilla.sla import events as sla
from ventanilla.workforce import actions as workforce

ZONE = ZoneInfo("America/Montevideo")
EVENING = datetime(2026, 9, 8, 19, 59, tzinfo=ZONE)
"""A Tuesday."""


@pytest.fixture
def now() -> Iterator[Any]:
    with clock.frozen(EVENING) as moment:
        yield moment


@pytest.fixture
def agent(stage: Stage, now: Any, settings: Any) -> User:
    settings.EMAIL_BACKEND = "ventanilla.delivery.backend.OutboxEmailBackend"
    User.objects.filter(pk=stage.agent_user.pk).update(email="ana@ejemplo.gub.uy")
    wanted = dict.fromkeys(DEFAULTS, (True, True))
    notices.set_preferences(stage.agent_user.pk, wanted, Wanted("daily", 8))
    react()
    return stage.agent_user


def hear() -> None:
    """Facts are handed out at the second reading after they were recorded."""
    for _time in range(3):
        react()


def give(stage: Stage, subject: str) -> str:
    """A case that the supervisor gives to the agent; its code."""
    case = case_of(deliver(stage, letter(f"{subject}@example.org", subject, "Hola")))
    line.assign(staff(stage.supervisor.pk), case.pk, agent_id=stage.agent.pk, team_id=None)
    return case.code


def mails() -> list[OutboxMessage]:
    return list(OutboxMessage.unscoped.filter(subject__startswith="Avisos de Ventanilla").order_by("pk"))


def test_nothing_by_night_and_one_mail_in_the_morning(stage: Stage, agent: User, now: Any) -> None:
    first = give(stage, "poda")
    hear()
    assert "asignaron" in page(agent)
    now.advance(timedelta(hours=3))
    second = give(stage, "basura")
    hear()
    for _quarter in range(37):
        now.advance(timedelta(minutes=15))
        if clock.now().astimezone(ZONE).hour < 8:
            assert send_due() == 0
            assert mails() == []
    assert send_due() == 1
    assert send_due() == 0, "once"
    (mail,) = mails()
    assert mail.recipients[0]["value"] == "ana@ejemplo.gub.uy"
    assert first in mail.text
    assert second in mail.text
    assert "poda" not in mail.text, "a mailbox is not the desk"
    assert mail.is_automatic


def test_a_weekend_is_left_alone(stage: Stage, agent: User, now: Any) -> None:
    now.advance(timedelta(days=3))  # Friday evening
    give(stage, "poda")
    hear()
    for _hour in range(60):
        now.advance(timedelta(hours=1))
        if clock.now().astimezone(ZONE).weekday() >= 5:
            assert send_due() == 0


def test_what_was_read_is_not_mailed(stage: Stage, agent: User, now: Any) -> None:
    give(stage, "poda")
    hear()
    notices.mark_read(agent.pk)
    now.advance(timedelta(hours=14))
    assert send_due() == 0


def test_whoever_wants_none_gets_none(stage: Stage, agent: User) -> None:
    notices.set_preferences(agent.pk, {"assigned": (False, False)}, rhythm(agent.pk))
    give(stage, "poda")
    hear()
    assert not Notice.unscoped.filter(user=agent, kind="assigned").exists()


def test_nobody_is_told_of_her_own_doing(stage: Stage, agent: User) -> None:
    case = case_of(deliver(stage, letter("x@example.org", "poda", "Hola")))
    hear()
    Notice.unscoped.all().delete()
    line.take(staff(agent.pk), case.pk)
    line.assign(staff(agent.pk), case.pk, agent_id=stage.agent.pk, team_id=None)
    hear()
    assert not Notice.unscoped.filter(user=agent, kind="assigned").exists()


def test_running_twice_tells_once(stage: Stage, agent: User) -> None:
    give(stage, "poda")
    hear()
    told = Notice.unscoped.filter(user=agent).count()
    assert told
    for one in list(Notice.unscoped.filter(user=agent)):
        again = notices.NewNotice(agent.pk, one.public_body_id, one.kind, one.key, case_id=one.case_id)
        notices.write([again])
    assert Notice.unscoped.filter(user=agent).count() == told


def test_whoever_lost_her_sight_reads_nothing(stage: Stage, agent: User) -> None:
    code = give(stage, "poda")
    hear()
    assert code in page(agent)
    (membership,) = memberships_of(agent)
    accounts.take_role(membership)
    accounts.give_role(agent, stage.body, Role.REFERENT, unit("transito"))
    workforce.change_agent(stage.agent, teams=[], max_open_cases=40)
    case = by_code(code)
    assert case is not None
    line.assign(staff(stage.supervisor.pk), case.pk, agent_id=stage.colleague.pk, team_id=None)
    assert code not in page(agent)


def page(user: User) -> str:
    client = Client()
    client.force_login(User.objects.get(pk=user.pk))
    answer = client.get("/mostrador/avisos/")
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_the_pages(stage: Stage, agent: User) -> None:
    code = give(stage, "poda")
    hear()
    client = Client()
    client.force_login(agent)
    assert "sin leer" in client.get("/mostrador/avisos/campana/").content.decode()
    notice = Notice.unscoped.filter(user=agent, kind="assigned").latest("pk")
    opened = client.post(f"/mostrador/avisos/{notice.pk}/abrir/")
    assert opened.status_code == 302
    assert opened["Location"] == f"/mostrador/{code}/"
    assert Client().get("/mostrador/avisos/").status_code == 302
    other = Client()
    other.force_login(stage.supervisor)
    assert other.post(f"/mostrador/avisos/{notice.pk}/abrir/")["Location"] == "/mostrador/avisos/", "it is not hers"
    form = {"digest": "hourly", "daily_hour": "9", "quiet_from_hour": "8", "quiet_until_hour": "20"}
    refused = client.post("/mostrador/avisos/preferencias/", form)
    assert "no quedaría ninguna" in refused.content.decode()
    form |= {"quiet_from_hour": "18", "quiet_until_hour": "10", "desk-assigned": "on"}
    assert client.post("/mostrador/avisos/preferencias/", form).status_code == 302
    assert rhythm(agent.pk).quiet_from_hour == 18
    client.post("/mostrador/avisos/leidos/")
    assert "sin leer" not in client.get("/mostrador/avisos/campana/").content.decode()


def test_a_flood_of_rubbish_is_one_notice_an_hour(stage: Stage, agent: User) -> None:
    for number in range(5):
        deliver(stage, b"\x00" * (50 + number), mail_from="")
    hear()
    assert Notice.unscoped.filter(user=stage.supervisor, kind="set_aside").count() == 1


def test_a_referral_about_to_end_is_the_units_affair(stage: Stage, agent: User, now: Any) -> None:
    asked = unit("transito")
    assert asked is not None
    referent = accounts.create_staff("referente", "Raúl", "Bentancor")
    accounts.give_role(referent, stage.body, Role.REFERENT, asked)
    case = case_of(deliver(stage, letter("x@example.org", "libreta", "Hola")))
    referral = referrals.refer(staff(stage.supervisor.pk), case.pk, "¿Qué falta?", unit_id=asked.pk)
    assert referral.team is not None
    workforce.create_agent(referent, [referral.team])
    hear()
    details = {"kind": "referral"}
    record(NewFact(sla.WARNED, stage.body.pk, case_id=case.pk, details=details))
    hear()
    assert Notice.unscoped.filter(user=referent, kind="referral_due").count() == 1
    assert not Notice.unscoped.filter(kind="due_soon").exists()
