"""Courses end in certificates, exceptions in their end; each is told once."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest

from ventanilla.accounts.actions import create_staff
from ventanilla.journal.actors import staff
from ventanilla.journal.models import Fact
from ventanilla.kit import clock
from ventanilla.organisation.actions import create_body
from ventanilla.organisation.models import PublicBody
from ventanilla.organisation.scoping import scope
from ventanilla.workforce import actions, events, queries
from ventanilla.workforce.models import Agent, Course
from ventanilla.workforce.training_rules import read_content

NOW = datetime(2026, 11, 24, 15, tzinfo=UTC)
TODAY = date(2026, 11, 24)


@pytest.fixture
def body(db: None) -> Iterator[PublicBody]:
    made = create_body("una", "Una")
    with scope({made.pk}), clock.frozen(NOW):
        yield made


@pytest.fixture
def agent(body: PublicBody) -> Agent:
    team = actions.create_team(body, "uno", "Uno")
    return actions.create_agent(create_staff("ana", "Ana", "Sosa", password="una-clave-larga"), [team])


@pytest.fixture
def course(body: PublicBody) -> Course:
    questions = [{"text": f"¿{n}?", "options": ["no", "sí"], "right": 1, "explanation": "Sí."} for n in range(4)]
    content = {"lessons": [{"title": "Uno", "paragraphs": ["Dos"]}], "questions": questions}
    return actions.write_course(body, "chat", channel="chat", title="Chat", summary="Para atender.", content=content)


def told(kind: str) -> list[dict[str, object]]:
    return [fact.details for fact in Fact.objects.filter(kind=kind).order_by("pk")]


def may(agent: Agent) -> set[str]:
    return queries.certified([agent.pk], queries.today()).get(agent.pk, set())


def test_who_passes_is_certified_from_today_and_who_fails_tries_again(agent: Agent, course: Course) -> None:
    run = actions.start_run(agent, course)
    assert actions.start_run(agent, course) == run
    actions.save_answers(run, {"0": 1, "1": 1, "2": 0})
    with pytest.raises(actions.Unfinished) as missing:
        actions.finish_run(run)
    assert missing.value.numbers == [3]
    actions.save_answers(run, {"0": 1, "1": 1, "2": 0, "3": 0})
    failed = actions.finish_run(run)
    assert (failed.score_percent, failed.is_passed, may(agent)) == (50, False, set())
    again = actions.start_run(agent, course)
    assert again.pk != run.pk
    actions.save_answers(again, {"0": 1, "1": 1, "2": 0, "3": 1})
    assert actions.finish_run(again).is_passed
    assert actions.finish_run(again).is_passed
    assert may(agent) == {"chat"}
    assert [one.valid_until_on for one in queries.certificates_of(agent.pk)] == [date(2027, 11, 24)]
    assert [one["source"] for one in told(events.CERTIFICATE_GIVEN)] == ["course"]


def test_another_version_leaves_the_run_that_began_with_the_last(
    agent: Agent, course: Course, body: PublicBody
) -> None:
    run = actions.start_run(agent, course)
    content = course.content | {"questions": course.content["questions"][:1]}
    fresh = actions.write_course(body, "chat", channel="chat", title="Chat", summary="Otro.", content=content)
    assert (fresh.version, [one.pk for one in queries.courses()]) == (2, [fresh.pk])
    actions.save_answers(run, {str(n): 1 for n in range(4)})
    assert actions.finish_run(run).score_percent == 100


def test_starter_courses_are_loaded_once_and_never_over_the_bodys_own(body: PublicBody, course: Course) -> None:
    made = actions.load_starters(body)
    assert "email" in {one.channel for one in made}
    assert actions.load_starters(body) == []
    for one in made:
        content = read_content(one.content)
        assert 4 <= len(content.lessons) <= 6
        assert 8 <= len(content.questions) <= 10


def test_a_revoked_certificate_counts_no_more(agent: Agent) -> None:
    certificate = actions.certify(agent, "email", date(2026, 1, 1))
    assert may(agent) == {"email"}
    actions.revoke(certificate, staff(agent.user_id))
    actions.revoke(certificate, staff(agent.user_id))
    assert may(agent) == set()
    assert len(told(events.CERTIFICATE_REVOKED)) == 1


def test_an_exception_counts_from_now_to_its_end(agent: Agent) -> None:
    until = NOW + timedelta(hours=3)
    exemption = actions.grant_exemption(agent, "chat", " Falta gente ", until, staff(agent.user_id))
    assert may(agent) == {"chat"}
    with pytest.raises(actions.BadExemption):
        actions.grant_exemption(agent, "chat", "Otra vez", until, staff(agent.user_id))
    with clock.frozen(until):
        assert may(agent) == set()
    actions.end_exemption(exemption, staff(agent.user_id))
    actions.end_exemption(exemption, staff(agent.user_id))
    assert may(agent) == set()
    assert len(told(events.EXEMPTION_GRANTED)) == len(told(events.EXEMPTION_ENDED)) == 1
    assert "Falta" not in str(told(events.EXEMPTION_GRANTED))


@pytest.mark.parametrize(("reason", "ends"), [("  ", 1), ("Falta gente", -1), ("Falta gente", 32 * 24)])
def test_an_exception_has_a_reason_and_an_end(agent: Agent, reason: str, ends: int) -> None:
    with pytest.raises(actions.BadExemption):
        actions.grant_exemption(agent, "chat", reason, NOW + timedelta(hours=ends), staff(agent.user_id))


def test_an_end_is_told_at_thirty_seven_and_one_days_once_each(agent: Agent) -> None:
    actions.certify(agent, "email", date(2026, 1, 1), TODAY + timedelta(days=31))
    for day in range(33):
        with clock.frozen(NOW + timedelta(days=day)):
            actions.warn_of_certificates()
            actions.warn_of_certificates()
    assert [one["days"] for one in told(events.CERTIFICATE_ENDING)] == [30, 7, 1]


def test_an_end_is_not_told_when_another_goes_on(agent: Agent) -> None:
    actions.certify(agent, "email", date(2026, 1, 1), TODAY + timedelta(days=5))
    actions.certify(agent, "email", TODAY + timedelta(days=6), TODAY + timedelta(days=300))
    assert actions.warn_of_certificates() == []
