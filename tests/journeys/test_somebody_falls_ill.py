"""Ana falls ill in the middle of the morning: all that she has open goes to others, in one step, and each case says
why it went where it did."""

from collections import Counter

import pytest

from ventanilla.accounts import actions as accounts
from ventanilla.accounts.models import Role
from ventanilla.cases import incidents
from ventanilla.cases import queries as cases
from ventanilla.cases.models import Case
from ventanilla.demo.post import case_of, deliver, letter
from ventanilla.demo.stage import TRAINED_SINCE, Stage
from ventanilla.flow import bulk, desk, moving
from ventanilla.flow.bulk_rules import AT_ONCE, Kind, Wish
from ventanilla.flow.errors import Refused
from ventanilla.flow.portal import Request, file_request, new_request_id
from ventanilla.flow.sight import Standing, standing_now
from ventanilla.journal.actors import staff
from ventanilla.journal.models import Fact
from ventanilla.routing import queries as routing
from ventanilla.workforce import actions as workforce
from ventanilla.workforce.models import Agent
from ventanilla.worklist import queries as worklist

MAILS = 24
REQUESTS = 16


def write_mail(stage: Stage, number: int) -> Case:
    return case_of(deliver(stage, letter(f"persona{number}@example.org", f"Consulta {number}", "¿Cómo hago?")))


def ask_on_the_web(stage: Stage, number: int) -> Case:
    request = Request(
        request_id=new_request_id(), type="information", text=f"Consulta {number} por la web", name="Rosa Pérez"
    )
    filed = file_request(stage.body, request, {})
    assert filed.case is not None
    return filed.case


@pytest.fixture
def mail_only(stage: Stage) -> Agent:
    """Carla, in the same team, trained in mail alone."""
    user = accounts.create_staff("carla", "Carla", "Ríos")
    accounts.give_role(user, stage.body, Role.AGENT)
    agent = workforce.create_agent(user, [stage.team], presence="available")
    workforce.certify(agent, "email", TRAINED_SINCE)
    return agent


@pytest.fixture
def anas(stage: Stage) -> list[Case]:
    """Forty open cases of Ana's, by two channels: she was alone."""
    made = [write_mail(stage, number) for number in range(MAILS)]
    made += [ask_on_the_web(stage, number) for number in range(REQUESTS)]
    for case in made:
        desk.assign(staff(stage.supervisor.pk), case.pk, agent_id=stage.agent.pk, team_id=stage.team.pk)
    return made


def supervisor(stage: Stage) -> Standing:
    return standing_now(stage.supervisor.pk)


def test_forty_cases_move_to_the_trained_and_say_why(stage: Stage, anas: list[Case], mail_only: Agent) -> None:
    workforce.set_presence(stage.colleague, "available")
    desk.save_draft(staff(stage.agent.user_id), anas[0].pk, "reply", "Hola, todavía estoy")
    held = moving.held_by(supervisor(stage), stage.agent.pk)
    assert held is not None
    assert (len(held.case_ids), held.by_channel) == (40, {"email": MAILS, "portal": REQUESTS})
    assert held.drafts == 1

    batch = moving.move_all(staff(stage.supervisor.pk), supervisor(stage), stage.agent.pk, Kind.SHARE, leaves=True)

    progress = incidents.progress(batch.pk)
    assert (progress.total, progress.done, progress.refused) == (40, 40, 0)
    now = routing.assignments([case.pk for case in anas])
    assert stage.agent.pk not in {one.agent_id for one in now.values()}
    of_carla = {case.pk for case in anas if now[case.pk].agent_id == mail_only.pk}
    assert of_carla
    assert {worklist.rows([pk])[pk].channel for pk in of_carla} == {"email"}
    counts = Counter(one.agent_id for one in now.values())
    assert counts[mail_only.pk] > 10
    assert counts[stage.colleague.pk] >= REQUESTS
    assert all("Se repartió lo de Ana Sosa." in routing.explain(case.pk) for case in anas)
    assert Agent.objects.get(pk=stage.agent.pk).presence == "gone"
    # What she had begun to write is still hers.
    assert cases.draft(anas[0].pk, stage.agent.user_id, "reply") == "Hola, todavía estoy"
    (whole,) = Fact.objects.filter(kind="routing.moved")
    assert (whole.agent_id, whole.details["count"]) == (stage.agent.pk, 40)


def test_what_nobody_can_take_waits_in_the_queue(stage: Stage, anas: list[Case], mail_only: Agent) -> None:
    """Bruno is away, and Carla may not attend the portal."""
    batch = moving.move_all(staff(stage.supervisor.pk), supervisor(stage), stage.agent.pk, Kind.SHARE, leaves=True)
    now = routing.assignments([case.pk for case in anas])
    for case in anas[MAILS:]:
        assert (now[case.pk].agent_id, now[case.pk].team_id) == (None, stage.team.pk)
    said = {row.case_id: row.said for row in incidents.batch_cases(batch.pk)}
    assert "espera en la cola" in said[anas[-1].pk]


def test_all_to_one_agent_leaves_out_what_she_may_not_attend(stage: Stage, anas: list[Case], mail_only: Agent) -> None:
    batch = moving.move_all(
        staff(stage.supervisor.pk), supervisor(stage), stage.agent.pk, Kind.AGENT, to_agent_id=mail_only.pk
    )
    progress = incidents.progress(batch.pk)
    assert (progress.done, progress.refused) == (MAILS, REQUESTS)
    reasons = {row.said for row in incidents.batch_cases(batch.pk) if row.state == "refused"}
    assert reasons == {
        "Esa persona no tiene certificado vigente para este canal: quien supervisa puede darle una excepción."
    }
    assert routing.assignments([anas[-1].pk])[anas[-1].pk].agent_id == stage.agent.pk


def test_an_agent_passes_on_hers_and_nobodys_alone(stage: Stage, anas: list[Case]) -> None:
    mine = write_mail(stage, 100)
    desk.assign(staff(stage.supervisor.pk), mine.pk, agent_id=stage.colleague.pk, team_id=stage.team.pk)
    batch = bulk.ask(staff(stage.colleague.user_id), [mine.pk, anas[0].pk], Wish(Kind.QUEUE, team_id=stage.team.pk))
    states = {row.case_id: (row.state, row.said) for row in incidents.batch_cases(batch.pk)}
    assert states[mine.pk][0] == "done"
    assert states[anas[0].pk] == ("refused", "La tiene otra persona: solo quien supervisa puede pasarla.")


def test_many_wait_for_a_job_that_may_run_twice(stage: Stage, anas: list[Case]) -> None:
    more = [*anas, *(write_mail(stage, 200 + number) for number in range(AT_ONCE - 39))]
    wish = Wish(Kind.CHANGE, service_id=stage.service.pk)
    batch = bulk.ask(staff(stage.supervisor.pk), [case.pk for case in more], wish)
    assert incidents.progress(batch.pk).settled == 0
    bulk.run(stage.body.pk, batch.pk)
    bulk.run(stage.body.pk, batch.pk)
    assert incidents.progress(batch.pk).done == len(more)
    assert Fact.objects.filter(kind="cases.changed", details__service=stage.service.pk).count() == len(more)
    assert Fact.objects.filter(kind="cases.batch_finished").count() == 1


def test_closing_says_case_by_case_why_not(stage: Stage) -> None:
    first, second = write_mail(stage, 1), write_mail(stage, 2)
    closing = Wish(Kind.CLOSE, type="information", outcome="no_answer_needed")
    batch = bulk.ask(staff(stage.supervisor.pk), [first.pk], closing)
    assert [row.state for row in incidents.batch_cases(batch.pk)] == ["refused"]
    noted = Wish(Kind.CLOSE, type="complaint", outcome="duplicate", text="Es el mismo correo de ayer.")
    batch = bulk.ask(staff(stage.supervisor.pk), [first.pk, second.pk], noted)
    assert incidents.progress(batch.pk).done == 2
    again = bulk.ask(staff(stage.supervisor.pk), [first.pk], noted)
    assert [row.said for row in incidents.batch_cases(again.pk)] == ["La solicitud ya está cerrada."]


def test_nothing_chosen_is_refused(stage: Stage) -> None:
    with pytest.raises(Refused, match="al menos una"):
        bulk.ask(staff(stage.supervisor.pk), [], Wish(Kind.WAIT))
