"""The board's figures are true, and each opens what it counts."""

import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from ventanilla.accounts import actions as accounts
from ventanilla.accounts.models import Role
from ventanilla.calendars.bases import Basis
from ventanilla.cases.models import Case
from ventanilla.delivery.models import OutboxMessage
from ventanilla.demo.post import case_of, deliver, letter
from ventanilla.demo.stage import Stage, build_stage
from ventanilla.flow import desk
from ventanilla.flow.accept import accept
from ventanilla.flow.reply import reply
from ventanilla.intake.models import InboundDelivery
from ventanilla.journal.actors import staff
from ventanilla.journal.models import Fact
from ventanilla.kit import clock, queue
from ventanilla.organisation.actions import create_calendar
from ventanilla.organisation.scoping import scope
from ventanilla.sla.actions import create_policy
from ventanilla.web.supervisor.board import build_board
from ventanilla.workforce.actions import create_agent

QUERIES_LIMIT = 18
"""Session, user and memberships included."""


@pytest.fixture
def stage(db: None) -> Stage:
    """Two late cases, one that is about to be, a fresh one, one that waits for the person; one mail nobody can read and
    a doubtful one."""
    cache.clear()
    stage = build_stage()
    now = clock.now()
    actor = staff(stage.agent_user.pk)
    with scope({stage.body.pk}):
        for number, days in enumerate((20, 15)):
            with clock.frozen(now - timedelta(days=days)):
                deliver(stage, letter(f"late{number}@example.org", f"Vieja {number}", "Hola"))
        fresh = case_of(deliver(stage, letter("fresh@example.org", "Nueva", "Hola")))
        waiting = case_of(deliver(stage, letter("waiting@example.org", "Falta un dato", "Hola")))
        reply(actor, waiting.pk, "¿Qué calle?", wait_for_citizen=True)
        desk.return_to_queue(actor, fresh.pk)
        deliver(stage, b"\x00\x01 rubbish", mail_from="")
        deliver(stage, letter("ofertas@example.org", "Oferta", "Hola"), spam_flag=True)
        accept(stage.account, letter("late@example.org", "Sin procesar", "Hola"), {"mail_from": "x@example.org"})
        OutboxMessage.objects.filter(case=waiting, is_automatic=False).update(state="failed")
    return stage


@pytest.fixture
def supervisor(stage: Stage, client: Client) -> Client:
    client.force_login(stage.supervisor)
    return client


def rows_of(client: Client, href: str) -> int:
    """How many cases, deliveries or messages stand on the page behind a figure."""
    page = client.get(href).content.decode()
    return len(set(re.findall(r'id="fila-([^"]+)"', page))) or page.count('class="d-trouble"')


def test_every_figure_opens_as_many_as_it_counts(stage: Stage, supervisor: Client) -> None:
    with scope({stage.body.pk}):
        board = build_board()
    counted = {figure.name: figure.value for figure in [*board["waiting"], *board["troubles"]]}
    assert counted == {
        "late": 2, "soon": 0, "unassigned": 1, "open": 4, "citizen": 1, "unread": 3,
        "quarantine": 1, "doubtful": 1, "failed": 1, "unhandled": 1, "jobs": 0,
    }  # fmt: skip
    for figure in [*board["waiting"], *board["troubles"]]:
        if figure.name not in ("unhandled", "jobs"):
            assert rows_of(supervisor, figure.href) == figure.value, figure.name
    assert "Hay 1 mensaje recibido" in supervisor.get("/mostrador/en-revision/").content.decode()
    for promise in board["promises"]:
        for count in (promise.in_time, promise.late):
            assert rows_of(supervisor, count.href) == count.value, count.name
    lines = [*board["channels"], *board["teams"], *board["people"]]
    assert any(line.late.value for line in lines)
    for line in lines:
        for count in (line.open, line.late, line.soon):
            assert rows_of(supervisor, count.href) == count.value, count.name
    for place in [*board["channels"], *board["teams"]]:
        assert rows_of(supervisor, place.unassigned.href) == place.unassigned.value, place.key


def test_a_supervisor_of_one_team_opens_the_unassigned_of_all(stage: Stage, supervisor: Client) -> None:
    with scope({stage.body.pk}):
        create_agent(stage.supervisor, [stage.other_team])
        (unassigned,) = [figure for figure in build_board()["waiting"] if figure.name == "unassigned"]
    assert rows_of(supervisor, unassigned.href) == unassigned.value == 1


def test_whoever_only_watches_is_offered_nothing_that_is_refused(stage: Stage, client: Client) -> None:
    reader = accounts.create_staff("calidad", "Quimey", "Costa")
    accounts.give_role(reader, stage.body, Role.QUALITY)
    client.force_login(reader)
    page = client.get("/supervision/").content.decode()
    assert "/asignar/" not in page
    assert "Reintentar" not in page
    own = page[page.index('id="tablero"') :]
    for href in set(re.findall(r'href="(/mostrador/[^"]*)"', own)):
        assert client.get(href.replace("&amp;", "&")).status_code == 200, href
    assert client.post("/supervision/trabajos/1/reintentar/").status_code == 403


def test_a_failed_job_is_counted_and_tried_again(stage: Stage, supervisor: Client) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, priority, args, status, attempts)"
            " VALUES ('default', 'intake.sweep', 0, '{}', 'failed', 8) RETURNING id"
        )
        (job_id,) = cursor.fetchone()
    page = supervisor.get("/supervision/").content.decode()
    assert re.search(r'data-figure="jobs".*?href="#trabajos".*?v-figure__value">1', page, re.DOTALL)
    assert page.count(f'action="/supervision/trabajos/{job_id}/reintentar/"') == 1
    supervisor.post(f"/supervision/trabajos/{job_id}/reintentar/")
    assert queue.failed_jobs() == []


def test_the_page_says_it(supervisor: Client) -> None:
    page = supervisor.get("/supervision/").content.decode()
    assert re.search(r'data-figure="late".*?v-figure__value">2', page, re.DOTALL)
    assert "Vieja 0" in page
    assert "Ana Sosa" in page


def test_nothing_ended_is_no_data_rather_than_a_percentage(client: Client, db: None) -> None:
    stage = build_stage()
    client.force_login(stage.supervisor)
    page = client.get("/supervision/").content.decode()
    assert page.count("sin datos") == 2
    assert "100 <" not in page


def test_promises_kept_are_counted(stage: Stage) -> None:
    with scope({stage.body.pk}):
        (week, month) = build_board()["promises"]
    assert (week.kept.total, week.kept.in_time, week.kept.percent) == (1, 1, 100)
    assert month.kept.total == 1


def cases_whose(kind: str, days: int) -> int:
    """What the journal says of it."""
    facts = Fact.objects.filter(kind=kind, happened_at__gte=clock.now() - timedelta(days=days))
    return facts.values("case_id").distinct().count()


def test_promises_kept_and_missed_open_their_cases(stage: Stage, supervisor: Client) -> None:
    """Kept once and missed after a second question, missed ten days ago, and missed too long ago to count."""
    now, actor = clock.now(), staff(stage.agent_user.pk)

    def asked(days_ago: int, name: str, answered_days_ago: int) -> Case:
        with clock.frozen(now - timedelta(days=days_ago)):
            case = case_of(deliver(stage, letter(f"{name}@example.org", name, "Hola", message_id=f"{name}.{days_ago}")))
        with clock.frozen(now - timedelta(days=answered_days_ago)):
            reply(actor, case.pk, "Ya está.")
        return case

    with scope({stage.body.pk}):
        both = asked(25, "ambas", 25)
        with clock.frozen(now - timedelta(days=20)):
            again = letter("ambas@example.org", f"Re: [{both.code}] ambas", "¿Y ahora?", in_reply_to="<ambas.25>")
            assert case_of(deliver(stage, again)) == both
        with clock.frozen(now - timedelta(days=5)):
            reply(actor, both.pk, "Ahora sí.")
        asked(25, "diez", 10)
        asked(60, "lejana", 40)
        week, month = build_board()["promises"]
    assert [(one.in_time.value, one.late.value) for one in (week, month)] == [(1, 1), (2, 2)]
    for promise in (week, month):
        assert promise.in_time.value == cases_whose("sla.met", promise.days)
        assert promise.late.value == cases_whose("sla.missed", promise.days)
        for count in (promise.in_time, promise.late):
            assert rows_of(supervisor, count.href) == count.value, count.name
            assert count.href.replace("&", "&amp;") in supervisor.get("/supervision/").content.decode()
    listed = supervisor.get(month.late.href).content.decode()
    assert listed.index(both.code) < listed.index("diez"), "the latest first"
    assert "lejana" not in listed


def test_a_figure_and_its_list_count_the_same_bodies(stage: Stage, client: Client) -> None:
    """She supervises one body and attends in another, where as much happens."""
    other = build_stage("otro", "otro.gub.uy", prefix="otro-")
    accounts.give_role(stage.supervisor, other.body, Role.REFERENT)
    actor = staff(other.agent_user.pk)
    with scope({other.body.pk}):
        with clock.frozen(clock.now() - timedelta(days=15)):
            late = case_of(deliver(other, letter("other@example.org", "Ajena vencida", "Hola")))
            deliver(other, letter("other2@example.org", "Ajena sin responder", "Hola"))
        reply(actor, late.pk, "Tarde.")
        deliver(other, b"\x00\x01 rubbish", mail_from="")
    client.force_login(stage.supervisor)
    assert "Ajena sin responder" in client.get("/mostrador/?vista=vencidas").content.decode()
    page = client.get("/supervision/").content.decode()
    assert "Ajena" not in page
    figures = re.findall(r'href="(/mostrador/[^"]+)"[^>]*id="cifra-([a-z]+)".*?v-figure__value">(\d+)', page, re.DOTALL)
    assert {name for _, name, _ in figures} >= {"late", "soon", "unassigned", "unread", "citizen", "open", "quarantine"}
    for href, name, value in figures:
        if name != "unhandled":
            assert rows_of(client, href.replace("&amp;", "&")) == int(value), name
    counts = re.findall(
        r'id="((?:canal|equipo|persona|incumplidas|cumplidas)-[^"]+)" href="([^"]+)">(?:<span[^>]*>.*?</span>)?(\d+)',
        page,
    )
    assert len(counts) >= 4
    for name, href, value in counts:
        assert rows_of(client, href.replace("&amp;", "&")) == int(value), name


def test_a_queue_of_a_body_out_of_sight_is_empty(stage: Stage, supervisor: Client) -> None:
    other = build_stage("otro", "otro.gub.uy", prefix="otro-")
    with scope({other.body.pk}):
        deliver(other, letter("other@example.org", "Ajena", "Hola"))
    assert rows_of(supervisor, f"/mostrador/?vista=todas&organismo={other.body.pk}") == 0
    assert rows_of(supervisor, f"/mostrador/?vista=todas&organismo={stage.body.pk},{other.body.pk}") == 4


def test_a_promise_that_cannot_be_counted_is_told_with_its_mend(stage: Stage, supervisor: Client) -> None:
    assert "data-uncountable" not in supervisor.get("/supervision/").content.decode()
    with scope({stage.body.pk}):
        empty = create_calendar(stage.body, "vacio", "Feria", {})
        create_policy(
            stage.body, "feria", "Respuesta en feria", kind="first_response", basis=Basis.OFFICE_HOURS,
            target_minutes=60, calendar=empty, channel="chat",
        )  # fmt: skip
    page = supervisor.get("/supervision/").content.decode()
    assert page.count('data-uncountable="feria"') == 1
    assert "El calendario «Feria» no tiene horarios" in page
    assert "Poné horarios al calendario" in page


def test_a_delivery_that_waits_too_long_is_an_alarm(stage: Stage) -> None:
    InboundDelivery.unscoped.filter(state="stored").update(received_at=clock.now() - timedelta(minutes=6))
    with scope({stage.body.pk}):
        (alarm,) = [figure for figure in build_board()["troubles"] if figure.name == "unhandled"]
    assert (alarm.value, alarm.state) == (1, "late")


def test_agents_and_strangers_do_not_see_it(stage: Stage, client: Client) -> None:
    assert client.get("/supervision/").status_code == 302
    client.force_login(stage.agent_user)
    assert client.get("/supervision/").status_code == 403


def test_another_body_is_not_counted(stage: Stage, client: Client) -> None:
    other = build_stage("otro", "otro.gub.uy", prefix="otro-")
    boss = accounts.create_staff("jefa", "Julia", "Roca")
    accounts.give_role(boss, other.body, Role.SUPERVISOR)
    client.force_login(boss)
    page = client.get("/supervision/").content.decode()
    assert "Vieja 0" not in page
    assert re.search(r'data-figure="open".*?v-figure__value">0', page, re.DOTALL)


def test_queries_do_not_grow_with_the_data(stage: Stage, supervisor: Client) -> None:
    supervisor.get("/supervision/")
    with CaptureQueriesContext(connection) as few:
        supervisor.get("/supervision/")
    with scope({stage.body.pk}):
        for number in range(30):
            deliver(stage, letter(f"more{number}@example.org", f"Más {number}", "Hola"))
    with CaptureQueriesContext(connection) as many:
        supervisor.get("/supervision/")
    assert len(many) == len(few) <= QUERIES_LIMIT, [query["sql"][:150] for query in many.captured_queries]
