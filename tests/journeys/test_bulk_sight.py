"""Many at once opens nothing that one by one is closed: rights and sight are asked case by case."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections
from django.test import Client

from ventanilla.accounts import actions as accounts
from ventanilla.accounts.models import Role, User
from ventanilla.cases import incidents
from ventanilla.cases import queries as cases
from ventanilla.cases.models import Batch, Case
from ventanilla.demo.post import case_of, deliver, letter
from ventanilla.demo.stage import Stage, build_stage
from ventanilla.flow import bulk, desk
from ventanilla.flow import incidents as gathering
from ventanilla.flow.bulk_rules import Kind, Wish
from ventanilla.journal.actors import staff
from ventanilla.organisation.queries import unit
from ventanilla.organisation.scoping import scope
from ventanilla.workforce.models import Agent
from ventanilla.worklist import queries as worklist


@pytest.fixture
def transit(stage: Stage) -> Case:
    """Of the service that the unit answers for."""
    case = case_of(deliver(stage, letter("rosa@example.org", "Libreta", "¿Cuándo abren?")))
    return desk.change(staff(stage.supervisor.pk), case.pk, service_id=stage.service.pk)


@pytest.fixture
def pruning(stage: Stage) -> Case:
    """Of no service: out of the unit's sight."""
    return case_of(deliver(stage, letter("otra@example.org", "Poda del plátano", "Hay un árbol caído")))


@pytest.fixture
def referent(stage: Stage) -> User:
    user = accounts.create_staff("referente", "Raúl", "Bentancor")
    accounts.give_role(user, stage.body, Role.REFERENT, unit("transito"))
    return user


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_what_is_out_of_sight_is_neither_shown_nor_done(
    stage: Stage, referent: User, transit: Case, pruning: Case
) -> None:
    client = signed_in(referent)
    asked = {"accion": "wait", "caso": [transit.code, pruning.code]}
    page = client.get("/mostrador/lote/", asked).content.decode()
    assert transit.code in page
    assert pruning.code not in page
    client.post("/mostrador/lote/", asked)
    states = {case.pk: cases.by_id(case.pk) for case in (transit, pruning)}
    assert [one.state for one in states.values() if one] == ["waiting_citizen", "open"]
    # Were the case's id to reach the line all the same, it is refused there.
    batch = bulk.ask(staff(referent.pk), [pruning.pk], Wish(Kind.WAIT))
    assert [(row.state, row.said) for row in incidents.batch_cases(batch.pk)] == [
        ("refused", "Esa solicitud no existe.")
    ]
    told = client.get(f"/mostrador/lote/{batch.pk}/").content.decode()
    assert "Poda" not in told
    assert "no está a tu vista" in told


def test_all_of_the_list_is_what_she_sees_of_it(stage: Stage, referent: User, transit: Case, pruning: Case) -> None:
    page = signed_in(referent).get("/mostrador/lote/", {"accion": "wait", "todas": "1", "lista": "vista=todas"})
    assert "Con 1 solicitud." in page.content.decode()


def test_the_page_of_an_incident_hides_what_she_does_not_see(
    stage: Stage, referent: User, transit: Case, pruning: Case
) -> None:
    supervisor = staff(stage.supervisor.pk)
    incident = gathering.open_incident(supervisor, stage.body.pk, "Plátano caído", "")
    bulk.ask(supervisor, [transit.pk, pruning.pk], Wish(Kind.LINK, incident_id=incident.pk))
    page = signed_in(referent).get(f"/mostrador/incidentes/{incident.pk}/").content.decode()
    assert transit.code in page
    assert pruning.code not in page
    assert "Hay 1 más que no está a tu vista." in page
    assert (
        signed_in(referent).post(f"/mostrador/incidentes/{incident.pk}/desvincular/{pruning.code}/").status_code == 404
    )
    assert incidents.linked([pruning.pk]) == {pruning.pk: incident.pk}


def test_whoever_only_reads_may_do_nothing(stage: Stage, transit: Case) -> None:
    quality = accounts.create_staff("calidad", "Queta", "Ríos")
    accounts.give_role(quality, stage.body, Role.QUALITY)
    client = signed_in(quality)
    assert client.post("/mostrador/lote/", {"accion": "wait", "caso": transit.code}).status_code == 403
    assert 'name="caso"' not in client.get("/mostrador/?vista=todas").content.decode()
    batch = bulk.ask(staff(quality.pk), [transit.pk], Wish(Kind.WAIT))
    assert [row.said for row in incidents.batch_cases(batch.pk)] == [
        "No podés cambiar las solicitudes de este organismo."
    ]


def test_rights_that_end_meanwhile_end_what_waits(stage: Stage, transit: Case) -> None:
    incident = gathering.open_incident(staff(stage.supervisor.pk), stage.body.pk, "Algo", "")
    bulk.ask(staff(stage.supervisor.pk), [transit.pk], Wish(Kind.LINK, incident_id=incident.pk))
    batch = gathering.answer(staff(stage.supervisor.pk), incident.pk, "Ya está.")
    User.objects.filter(pk=stage.supervisor.pk).update(is_active=False)
    bulk.run(stage.body.pk, batch.pk)
    assert [row.state for row in incidents.batch_cases(batch.pk)] == ["refused"]


def test_a_selection_across_two_bodies_acts_on_one(stage: Stage, transit: Case, pruning: Case) -> None:
    there = build_stage("otra", "otra.gub.uy", prefix="otra-")
    with scope({there.body.pk}):
        theirs = case_of(deliver(there, letter("rosa@example.org", "Poda", "Otro árbol", To=there.account.address)))
    accounts.give_role(stage.supervisor, there.body, Role.SUPERVISOR)
    with scope({stage.body.pk, there.body.pk}):
        batch = bulk.ask(
            staff(stage.supervisor.pk), [theirs.pk, transit.pk, pruning.pk], Wish(Kind.QUEUE, team_id=stage.team.pk)
        )
        said = {row.case_id: row.said for row in incidents.batch_cases(batch.pk)}
        assert said[theirs.pk] == "Es de otro organismo: hacelo aparte."
        assert Batch.objects.get(pk=batch.pk).public_body_id == stage.body.pk
        assert incidents.progress(batch.pk).done == 2


def test_two_agents_who_want_the_same_cases_get_each_once(committed_stage: Stage) -> None:
    """Nobody has them; both choose all and take them in the same moment, from either end."""
    stage = committed_stage
    found = [
        case_of(deliver(stage, letter(f"rosa{one}@example.org", f"Poda {one}", "Hay un árbol caído")))
        for one in range(8)
    ]
    ids = [case.pk for case in found]
    bulk.ask(staff(stage.supervisor.pk), ids, Wish(Kind.QUEUE, team_id=stage.team.pk))
    ready = threading.Barrier(2)

    def take(agent: Agent, wanted: list[int]) -> int:
        try:
            with scope({stage.body.pk}):
                ready.wait(10)
                return bulk.ask(staff(agent.user_id), wanted, Wish(Kind.AGENT, agent_id=agent.pk)).pk
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        asked = {
            stage.agent: pool.submit(take, stage.agent, ids),
            stage.colleague: pool.submit(take, stage.colleague, ids[::-1]),
        }
    won = {}
    for agent, one in asked.items():
        rows = incidents.batch_cases(one.result())
        won[agent.user_id] = {row.case_id for row in rows if row.state == "done"}
        refused = {row.said for row in rows if row.state == "refused"}
        assert refused <= {"La tiene otra persona: solo quien supervisa puede pasarla."}
    ana, bruno = won.values()
    assert not ana & bruno
    assert ana | bruno == set(ids)
    held = worklist.rows(ids)
    assert all(held[case_id].agent_user_id == user_id for user_id, mine in won.items() for case_id in mine)
