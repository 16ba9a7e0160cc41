"""The traffic lights of a whole avenue are off and many people write: their cases are gathered, and one answer reaches
each of them once, in the channel that she used."""

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.db import connections
from django.test import Client
from tests.journeys.wire import database_url

from ventanilla.cases import incidents
from ventanilla.cases import queries as cases
from ventanilla.cases.models import Case, Entry, Incident
from ventanilla.delivery.models import OutboxMessage
from ventanilla.demo.post import case_of, deliver, letter
from ventanilla.demo.stage import Stage
from ventanilla.flow import bulk, desk
from ventanilla.flow import incidents as line
from ventanilla.flow.bulk_rules import Kind, Wish
from ventanilla.flow.close import close
from ventanilla.flow.errors import Refused
from ventanilla.flow.portal import Request, file_request, new_request_id
from ventanilla.flow.reply import note
from ventanilla.journal.actors import Actor, staff
from ventanilla.journal.models import Fact
from ventanilla.kit import clock
from ventanilla.organisation.scoping import scope
from ventanilla.worklist import queries as worklist
from ventanilla.worklist.queries import Filters

TEXT = "Hola, {{nombre}}: los semáforos ya andan. Tu código sigue siendo {{codigo}}."

RUN = """
import sys
import django
django.setup()
from ventanilla.flow import bulk
print("ready", flush=True)
bulk.run(int(sys.argv[1]), int(sys.argv[2]))
"""


def mails(stage: Stage, count: int) -> list[Case]:
    return [
        case_of(deliver(stage, letter(f"Rosa Pérez <rosa{one}@example.org>", "Semáforo apagado", "No anda.")))
        for one in range(count)
    ]


def requests(stage: Stage, count: int) -> list[Case]:
    found = []
    for _one in range(count):
        request = Request(new_request_id(), type="complaint", text="El semáforo está apagado", name="Julio Camejo")
        filed = file_request(stage.body, request, {})
        assert filed.case is not None
        found.append(filed.case)
    return found


def supervisor(stage: Stage) -> Actor:
    return staff(stage.supervisor.pk)


def gather(stage: Stage, found: list[Case]) -> Incident:
    """By an agent: linking needs no more."""
    agent = staff(stage.agent.user_id)
    incident = line.open_incident(agent, stage.body.pk, "Semáforos apagados", "Corte de luz.")
    bulk.ask(agent, [case.pk for case in found], Wish(Kind.LINK, incident_id=incident.pk))
    return incident


def answers_to(case: Case) -> list[Entry]:
    return [one for one in cases.messages(case.pk) if one.direction == "out" and one.author_id is not None]


def test_everybody_is_answered_once_and_where_she_wrote(stage: Stage) -> None:
    by_mail, by_web = mails(stage, 3), requests(stage, 2)
    incident = gather(stage, [*by_mail, *by_web])
    batch = line.answer(supervisor(stage), incident.pk, TEXT)
    assert incidents.progress(batch.pk).settled == 0
    bulk.run(stage.body.pk, batch.pk)
    bulk.run(stage.body.pk, batch.pk)
    for case in by_mail:
        (said,) = answers_to(case)
        assert (said.channel, said.text) == (
            "email",
            f"Hola, Rosa Pérez: los semáforos ya andan. Tu código sigue siendo {case.code}.",
        )
        assert OutboxMessage.objects.filter(entry=said).count() == 1
    for case in by_web:
        (said,) = answers_to(case)
        assert said.channel == "portal"
        assert "Hola, Julio Camejo:" in said.text
    (fact,) = Fact.objects.filter(kind="cases.incident_answered")
    assert (fact.details["incident_id"], fact.details["done"], fact.details["refused"]) == (incident.pk, 5, 0)
    assert {cases.by_id(case.pk).state for case in by_mail} == {"open"}  # type: ignore[union-attr] # they are there


def test_those_who_cannot_be_answered_are_listed_with_the_reason(stage: Stage) -> None:
    first, closed, other = mails(stage, 3)
    nameless = case_of(deliver(stage, letter("x9@example.org", "Semáforo", "No anda.")))
    incident = gather(stage, [first, closed, other, nameless])
    note(supervisor(stage), closed.pk, "Se le avisó por teléfono.")
    close(supervisor(stage), closed.pk, type="complaint", service_id=None)
    batch = line.answer(supervisor(stage), incident.pk, TEXT, closes=True)
    line.unlink(supervisor(stage), other.pk)
    bulk.run(stage.body.pk, batch.pk)
    said = {row.case_id: (row.state, row.said) for row in incidents.batch_cases(batch.pk)}
    assert said[first.pk] == ("done", "email")
    assert said[closed.pk] == ("refused", "Ya está cerrada: si hace falta, reabrila y respondela aparte.")
    assert said[other.pk] == ("refused", "Ya no es parte del incidente.")
    assert answers_to(nameless)[0].text.startswith("Hola: los semáforos")
    assert {row.state for row in worklist.rows([first.pk, nameless.pk]).values()} == {"closed"}


def test_a_joined_case_is_answered_where_it_goes_on(stage: Stage) -> None:
    first, second = mails(stage, 2)
    incident = gather(stage, [first])
    desk.merge(supervisor(stage), second.pk, first.pk)
    assert incidents.case_ids_of(incident.pk) == [second.pk]
    batch = line.answer(supervisor(stage), incident.pk, TEXT)
    bulk.run(stage.body.pk, batch.pk)
    assert len(answers_to(second)) == 1


def test_a_case_is_of_one_incident_at_most(stage: Stage) -> None:
    (case,) = mails(stage, 1)
    gather(stage, [case])
    other = line.open_incident(supervisor(stage), stage.body.pk, "Otra cosa", "")
    batch = bulk.ask(supervisor(stage), [case.pk], Wish(Kind.LINK, incident_id=other.pk))
    assert [row.said for row in incidents.batch_cases(batch.pk)] == [
        "Ya es parte de otro incidente: «Semáforos apagados»."
    ]


def test_an_agent_links_and_a_supervisor_answers(stage: Stage) -> None:
    (case,) = mails(stage, 1)
    incident = gather(stage, [case])
    asked = bulk.ask(staff(stage.agent.user_id), [case.pk], Wish(Kind.ANSWER, incident_id=incident.pk, text=TEXT))
    bulk.run(stage.body.pk, asked.pk)
    assert [row.said for row in incidents.batch_cases(asked.pk)] == ["Responder a todas lo hace quien supervisa."]
    assert not answers_to(case)
    client = Client()
    client.force_login(stage.agent_user)
    assert client.get(f"/mostrador/incidentes/{incident.pk}/").status_code == 200
    assert client.get(f"/mostrador/incidentes/{incident.pk}/responder/").status_code == 403


def test_what_cannot_be_said_is_refused_before_anybody_reads_it(stage: Stage) -> None:
    (case,) = mails(stage, 1)
    incident = gather(stage, [case])
    with pytest.raises(Refused, match="apellido"):
        line.answer(supervisor(stage), incident.pk, "Hola, {{apellido}}")
    with pytest.raises(Refused, match="Escribí la respuesta"):
        line.answer(supervisor(stage), incident.pk, "  ")
    sample = line.preview(incident.pk, TEXT, "Sara Vidal")
    assert sample.text.startswith("Hola, Rosa Pérez:")
    batch = line.answer(supervisor(stage), incident.pk, "Sobre {{servicio}}")
    bulk.run(stage.body.pk, batch.pk)
    assert [row.said for row in incidents.batch_cases(batch.pk)] == ["No tiene servicio, y el texto lo nombra."]


def test_the_queue_shows_the_cases_of_one_incident(stage: Stage) -> None:
    first, _other = mails(stage, 2)
    incident = gather(stage, [first])
    assert [row.case_id for row in worklist.page(Filters(is_open=True, incident_id=incident.pk)).rows] == [first.pk]


def test_pages_from_the_list_to_the_answer(stage: Stage) -> None:
    found = mails(stage, 2)
    client = Client()
    client.force_login(stage.supervisor)
    client.post("/mostrador/incidentes/nuevo/", {"title": "Semáforos apagados", "text": "Corte de luz"})
    incident = incidents.open_incidents()[0]
    page = f"/mostrador/incidentes/{incident.pk}/"
    suggested = client.get(page).content.decode()
    assert all(case.code in suggested for case in found)
    client.post(f"{page}vincular/", {"codigos": found[0].code, "caso": [found[1].code]})
    assert set(incidents.case_ids_of(incident.pk)) == {case.pk for case in found}
    assert "Parte del incidente" in client.get(f"/mostrador/{found[0].code}/").content.decode()
    seen = client.post(f"{page}responder/", {"text": TEXT, "ver": "1"}).content.decode()
    assert "Hola, Rosa Pérez: los semáforos ya andan." in seen
    sent = client.post(f"{page}responder/", {"text": TEXT, "enviar": "1"})
    batch = incidents.answers_of(incident.pk)[0]
    assert sent["Location"] == f"/mostrador/lote/{batch.pk}/"
    assert "Van 0 de 2" in client.get(sent["Location"]).content.decode()
    bulk.run(stage.body.pk, batch.pk)
    assert "Se respondieron 2 de 2" in client.get(sent["Location"]).content.decode()
    client.post(f"{page}desvincular/{found[0].code}/")
    client.post(f"{page}estado/", {"estado": "closed"})
    assert incidents.open_incidents() == []


def test_a_button_pressed_twice_answers_once(stage: Stage) -> None:
    (case,) = mails(stage, 1)
    incident = gather(stage, [case])
    batch = line.answer(supervisor(stage), incident.pk, TEXT)
    with pytest.raises(Refused, match="ya se mandó"):
        line.answer(supervisor(stage), incident.pk, f"{TEXT}\n")
    bulk.run(stage.body.pk, batch.pk)
    with pytest.raises(Refused, match="ya se mandó"):
        line.answer(supervisor(stage), incident.pk, TEXT)
    with clock.frozen(clock.now() + line.SAME_ANSWER):
        bulk.run(stage.body.pk, line.answer(supervisor(stage), incident.pk, TEXT).pk)
    assert len(answers_to(case)) == 2


def test_a_job_that_is_killed_in_the_middle_answers_nobody_twice(committed_stage: Stage, tmp_path: Path) -> None:
    found = mails(committed_stage, 24)
    incident = gather(committed_stage, found)
    batch = line.answer(supervisor(committed_stage), incident.pk, TEXT)
    environment = os.environ | {"DATABASE_URL": database_url(), "VENTANILLA_HOME": str(tmp_path)}  # noqa: TID251 # a child gets what we have
    command = [sys.executable, "-c", RUN, str(committed_stage.body.pk), str(batch.pk)]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE) as job:
        assert job.stdout is not None
        assert job.stdout.readline() == b"ready\n"
        deadline = time.monotonic() + 30
        while incidents.progress(batch.pk).done < 3 and time.monotonic() < deadline:
            time.sleep(0.005)
        job.send_signal(signal.SIGKILL)
        job.wait()
    before = incidents.progress(batch.pk)
    assert 3 <= before.done < len(found)
    bulk.run(committed_stage.body.pk, batch.pk)
    assert incidents.progress(batch.pk).done == len(found)
    assert [len(answers_to(case)) for case in found] == [1] * len(found)
    assert OutboxMessage.objects.filter(entry__author_id=committed_stage.supervisor.pk).count() == len(found)


def test_two_runs_and_two_bulk_actions_on_the_same_cases(committed_stage: Stage) -> None:
    """Each case is answered once, and of two who hand over the same cases one wins each and nobody fails."""
    stage, body_id = committed_stage, committed_stage.body.pk
    found = mails(stage, 8)
    ids = [case.pk for case in found]
    incident = gather(stage, found)
    batch = line.answer(supervisor(stage), incident.pk, TEXT)

    def run() -> None:
        try:
            bulk.run(body_id, batch.pk)
        finally:
            connections.close_all()

    def hand(actor: Actor, case_ids: list[int], wish: Wish) -> int:
        try:
            with scope({body_id}):
                return bulk.ask(actor, case_ids, wish).pk
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        under_way = [pool.submit(run), pool.submit(run)]
        to_bruno = Wish(Kind.AGENT, agent_id=stage.colleague.pk)
        handed = [
            pool.submit(hand, supervisor(stage), ids, to_bruno),
            pool.submit(hand, supervisor(stage), ids[::-1], Wish(Kind.AGENT, agent_id=stage.agent.pk)),
        ]
    for one in under_way:
        one.result()
    assert [len(answers_to(case)) for case in found] == [1] * len(found)
    for one in handed:
        done = incidents.progress(one.result())
        assert (done.done, done.refused) == (len(found), 0)
    assert all(row.agent_user_id is not None for row in worklist.rows(ids).values())
