"""What the centre cannot answer: to a unit and back, to another body, to whom it belongs, or back to the person."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from ventanilla.accounts import actions as accounts
from ventanilla.accounts.models import Role, User
from ventanilla.calendars.bases import Basis
from ventanilla.cases import events
from ventanilla.cases import queries as cases
from ventanilla.cases.models import Case
from ventanilla.delivery.models import OutboxMessage
from ventanilla.demo.post import case_of, deliver, letter
from ventanilla.demo.stage import Stage, build_stage
from ventanilla.flow import clarify, referrals
from ventanilla.flow import desk as line
from ventanilla.flow.close import close
from ventanilla.flow.errors import Refused
from ventanilla.flow.not_ours import not_ours, suggested
from ventanilla.flow.reply import reply
from ventanilla.flow.sight import sees, standing_now
from ventanilla.journal.actors import Actor, staff
from ventanilla.journal.models import Fact
from ventanilla.journal.queries import promises_kept
from ventanilla.kit import clock
from ventanilla.organisation import actions as organisation
from ventanilla.organisation import queries as bodies
from ventanilla.organisation.models import Unit
from ventanilla.organisation.scoping import scope
from ventanilla.routing import actions as routing
from ventanilla.routing import events as routing_events
from ventanilla.routing import queries as routing_queries
from ventanilla.routing.models import Referral
from ventanilla.sla import actions as sla
from ventanilla.sla import events as sla_events
from ventanilla.sla import queries as promises
from ventanilla.worklist import queries as rows

MONDAY = datetime(2026, 11, 23, 13, tzinfo=UTC)
"""10:00 in Montevideo."""
ROSA = "Rosa Pérez <rosa@example.org>"
QUESTION = "¿La multa de marzo está prescripta?"
ANSWER = "Sí, prescribió el 1 de noviembre."


@pytest.fixture(autouse=True)
def _moment(settings: Any) -> Iterator[None]:
    settings.SECOND_FACTOR = "nobody"
    with clock.frozen(MONDAY):
        yield


@pytest.fixture
def case(stage: Stage) -> Case:
    sla.create_policy(
        stage.body,
        "derivacion",
        "Respuesta de las unidades",
        kind="referral",
        basis=Basis.OFFICE_HOURS,
        target_minutes=16 * 60,
        warning_minutes=4 * 60,
        calendar=stage.calendar,
        source="elección del organismo",
    )
    return case_of(deliver(stage, letter(ROSA, "Multa vieja", "Me reclaman una multa de marzo.")))


@pytest.fixture
def unit(stage: Stage) -> Unit:
    """One that answers for no service of these cases."""
    return organisation.create_unit(stage.body, "juridica", "Jurídica")


@pytest.fixture
def referent(stage: Stage, unit: Unit) -> User:
    user = accounts.create_staff("referente", "Raúl", "Bentancor")
    accounts.give_role(user, stage.body, Role.REFERENT, unit)
    return user


@pytest.fixture
def agent(stage: Stage) -> Actor:
    return staff(stage.agent_user.pk)


def facts_of(kind: str) -> list[Fact]:
    return list(Fact.objects.filter(kind=kind).order_by("id"))


def happened(case: Case) -> list[str]:
    return [one.event for one in cases.timeline(case.pk) if one.kind == "event"]


def to_rosa() -> list[str]:
    return [one.text for one in OutboxMessage.objects.filter(is_automatic=False).order_by("pk")]


def test_a_case_goes_to_a_unit_and_comes_back_answered(
    stage: Stage, case: Case, unit: Unit, referent: User, agent: Actor
) -> None:
    assert not sees(standing_now(referent.pk), case)
    before = rows.row(case.pk)
    referral = referrals.refer(agent, case.pk, QUESTION, unit_id=unit.pk)
    assert sees(standing_now(referent.pk), case)
    row = rows.row(case.pk)
    assert before
    assert row
    assert (row.referred_to, row.referred_team_id) == ("Jurídica", referral.team_id)
    assert row.next_due_at == before.next_due_at, "the person's promise did not move"
    assert row.agent_user_id == stage.agent_user.pk
    assert referral.due_at
    assert referral.due_at > clock.now()
    assert row.referral_due_at == referral.due_at
    assert {one.state for one in promises.clocks_of(case.pk)} == {"running"}
    with clock.frozen(MONDAY + timedelta(hours=2)):
        line.mark_read(agent, case.pk)
        referrals.answer_referral(staff(referent.pk), referral.pk, ANSWER)
        row = rows.row(case.pk)
        assert row
        assert row.is_unread
        assert row.referred_to == ""
        assert row.agent_user_id == stage.agent_user.pk, "it never left its agent"
        assert to_rosa() == []
        assert [one.text for one in cases.timeline(case.pk) if one.kind == "note"] == [QUESTION, ANSWER]
        (answered,) = facts_of(routing_events.REFERRAL_ANSWERED)
        assert (answered.elapsed_seconds, answered.business_seconds) == (7200, 7200)
        assert answered.is_within_target
        assert answered.agent_id == stage.agent.pk
        (kept,) = promises_kept([stage.body.pk], [MONDAY])
        assert kept.total == 0, "no promise to a person has ended"
        assert len(facts_of(sla_events.REFERRAL_MET)) == 1
        assert sees(standing_now(referent.pk), case), "the unit keeps reading what it answered"
        reply(agent, case.pk, ANSWER)
    assert happened(case) == [events.REFERRED, events.REFERRAL_ANSWERED]
    states = {one.kind: one.state for one in promises.clocks_of(case.pk)}
    assert states == {"referral": "met", "first_response": "met"}


def test_a_unit_that_has_no_team_gets_one_and_only_one(
    stage: Stage, case: Case, unit: Unit, referent: User, agent: Actor
) -> None:
    first = referrals.refer(agent, case.pk, QUESTION, unit_id=unit.pk)
    referrals.withdraw(agent, first.pk)
    second = referrals.refer(agent, case.pk, QUESTION, unit_id=unit.pk)
    assert first.team == second.team
    assert first.team
    assert first.team.name == "Referentes de Jurídica"
    assert routing_queries.also_seen_by(case.pk) == [], "nobody wrote to that team"


def test_where_the_unit_answers_it_writes_to_the_person_and_closes(
    stage: Stage, case: Case, unit: Unit, referent: User, agent: Actor
) -> None:
    routing.set_second_level(stage.body, "unit")
    referral = referrals.refer(agent, case.pk, QUESTION, unit_id=unit.pk)
    referrals.answer_referral(staff(referent.pk), referral.pk, ANSWER, to_person=True, closes=True)
    (sent,) = to_rosa()
    assert sent.startswith(ANSWER)
    closed = cases.by_id(case.pk)
    assert closed
    assert closed.state == "closed"
    assert happened(case) == [events.REFERRED, events.REFERRAL_ANSWERED, events.CLOSED]
    assert not facts_of(routing_events.REFERRAL_WITHDRAWN)


def test_the_unit_may_give_it_back_instead(stage: Stage, case: Case, unit: Unit, referent: User, agent: Actor) -> None:
    routing.set_second_level(stage.body, "unit")
    referral = referrals.refer(agent, case.pk, QUESTION, unit_id=unit.pk)
    referrals.answer_referral(staff(referent.pk), referral.pk, ANSWER, to_person=True)
    row = rows.row(case.pk)
    assert row
    assert row.is_unread
    assert row.state == "open"
    assert len(to_rosa()) == 1


def test_where_the_centre_answers_no_unit_writes_to_the_person(
    stage: Stage, case: Case, unit: Unit, referent: User, agent: Actor
) -> None:
    referral = referrals.refer(agent, case.pk, QUESTION, unit_id=unit.pk)
    routing.set_second_level(stage.body, "unit")
    with pytest.raises(Refused, match="responde el centro"):
        referrals.answer_referral(staff(referent.pk), referral.pk, ANSWER, to_person=True)
    assert to_rosa() == []
    assert routing_queries.open_referral(case.pk) == referral, "what is under way goes on as it began"


def test_one_referral_at_a_time_and_each_is_answered_once(
    stage: Stage, case: Case, unit: Unit, referent: User, agent: Actor
) -> None:
    referral = referrals.refer(agent, case.pk, QUESTION, unit_id=unit.pk)
    with pytest.raises(Refused, match="Ya está derivada a Jurídica"):
        referrals.refer(agent, case.pk, QUESTION, unit_id=unit.pk)
    referrals.answer_referral(staff(referent.pk), referral.pk, ANSWER)
    with pytest.raises(Refused, match="ya se respondió"):
        referrals.answer_referral(staff(referent.pk), referral.pk, ANSWER)
    with pytest.raises(Refused, match="ya se respondió"):
        referrals.withdraw(agent, referral.pk)


def test_a_case_that_is_closed_waits_for_no_unit(stage: Stage, case: Case, unit: Unit, agent: Actor) -> None:
    referrals.refer(agent, case.pk, QUESTION, unit_id=unit.pk)
    close(agent, case.pk, type="information", service_id=None, text="Ya está.")
    assert routing_queries.open_referral(case.pk) is None
    assert happened(case) == [events.REFERRED, events.REFERRAL_WITHDRAWN, events.CLOSED]
    states = {one.kind: one.state for one in promises.clocks_of(case.pk)}
    assert states == {"referral": "cancelled", "first_response": "met"}
    assert len(facts_of(routing_events.REFERRAL_WITHDRAWN)) == 1


def test_the_type_may_change_and_the_unit_keeps_its_clock(stage: Stage, case: Case, unit: Unit, agent: Actor) -> None:
    referrals.refer(agent, case.pk, QUESTION, unit_id=unit.pk)
    line.change(agent, case.pk, type="claim", service_id=stage.service.pk)
    assert {one.kind for one in promises.clocks_of(case.pk) if one.state == "running"} == {"referral", "first_response"}


def test_the_person_is_asked_and_the_unit_goes_on(stage: Stage, case: Case, unit: Unit, agent: Actor) -> None:
    referrals.refer(agent, case.pk, QUESTION, unit_id=unit.pk)
    line.set_waiting(agent, case.pk, True)
    row = rows.row(case.pk)
    assert row
    assert row.is_paused, "the person's promise waits for her"
    assert {one.kind for one in promises.clocks_of(case.pk) if one.state == "running"} == {"referral"}


def test_a_day_of_ones_own_is_counted_in_business_time(stage: Stage, case: Case, unit: Unit, agent: Actor) -> None:
    with pytest.raises(Refused, match="no hay tiempo hábil"):
        referrals.refer(agent, case.pk, QUESTION, unit_id=unit.pk, due_at=MONDAY)
    evening = MONDAY + timedelta(hours=13)
    referral = referrals.refer(agent, case.pk, QUESTION, unit_id=unit.pk, due_at=evening)
    assert referral.due_at == datetime(2026, 11, 23, 20, tzinfo=UTC), "17:00, when the office closes"


def test_another_body_takes_it_and_neither_reads_the_other(stage: Stage, case: Case, agent: Actor) -> None:
    there = build_stage("otra", "otra.gub.uy", prefix="otra-")
    referral = referrals.refer(agent, case.pk, QUESTION, body_id=there.body.pk)
    made = referral.to_case
    assert made is not None
    (told,) = to_rosa()
    assert made.code in told
    assert there.body.name in told
    assert not sees(standing_now(stage.agent_user.pk), made)
    with scope({there.body.pk}):
        assert not sees(standing_now(there.agent_user.pk), case)
        row = rows.row(made.pk)
        assert row
        assert row.agent_user_id == there.agent_user.pk
        assert row.next_due_at, "a promise of its own"
        assert row.is_unread
        said = cases.timeline(made.pk)
        assert [one.text for one in said if one.direction == "in"] == ["Me reclaman una multa de marzo."]
        assert QUESTION in next(one.text for one in said if one.kind == "note")
        actor = staff(there.agent_user.pk)
        with pytest.raises(Refused, match="Antes de cerrar"):
            close(actor, made.pk, type="information", service_id=None)
        reply(actor, made.pk, "Somos nosotros: está prescripta.")
        close(actor, made.pk, type="information", service_id=None)
        sent = OutboxMessage.objects.filter(case_id=made.pk).get()
        assert sent.recipients[0]["value"] == "rosa@example.org"
    answered = Referral.objects.get(pk=referral.pk)
    assert answered.state == "answered"
    assert happened(case) == [events.REFERRED, events.REFERRAL_ANSWERED]
    row = rows.row(case.pk)
    assert row
    assert row.is_unread
    assert not any("Somos nosotros" in one.text for one in cases.timeline(case.pk))


def test_what_belongs_to_nobody_here_is_pointed_to_the_right_door(stage: Stage, case: Case, agent: Actor) -> None:
    other = organisation.create_other_body(
        stage.body, "Dirección Nacional de Ejemplo", purpose="cédula y pasaporte", website="https://example.org/dn"
    )
    assert bodies.other_bodies(stage.body.pk, "CÉDULA direccion") == [other]
    assert bodies.other_bodies(stage.body.pk, "agua") == []
    text = suggested(case, other)
    assert "Dirección Nacional de Ejemplo" in text
    assert "https://example.org/dn" in text
    not_ours(agent, case.pk, other.pk, text)
    (sent,) = to_rosa()
    assert sent.startswith(text)
    closed = cases.by_id(case.pk)
    assert closed
    assert closed.state == "closed"
    (fact,) = facts_of(events.NOT_OURS)
    assert fact.details == {"other_body_id": other.pk}
    (end,) = facts_of(events.CLOSED)
    assert end.details["outcome"] == "not_ours"


def test_the_person_is_asked_back_and_the_clock_waits_for_her(stage: Stage, case: Case, agent: Actor) -> None:
    clarify.ask_back(agent, case.pk, ["¿De qué año es la multa?", "", "¿Cuál es la matrícula?"])
    (sent,) = to_rosa()
    assert "1. ¿De qué año es la multa?\n2. ¿Cuál es la matrícula?" in sent
    row = rows.row(case.pk)
    assert row
    assert row.state == "waiting_citizen"
    (fact,) = facts_of(events.CLARIFICATION_ASKED)
    assert fact.details == {"questions": 2}
    asked = OutboxMessage.objects.filter(is_automatic=False).get()
    with clock.frozen(MONDAY + timedelta(days=1)):
        answer = letter(ROSA, "Re: Multa vieja", "De marzo de 2020.", In_Reply_To=f"<{asked.external_id}>")
        assert case_of(deliver(stage, answer)) == case
    row = rows.row(case.pk)
    assert row
    assert row.state == "open"
    assert row.next_due_at, "it runs on"
    with pytest.raises(Refused, match="hasta 3"):
        clarify.ask_back(agent, case.pk, ["¿a?", "¿b?", "¿c?", "¿d?"])
