"""What is done with a case beside writing, as pages without scripts."""

from datetime import timedelta
from typing import Any

from ventanilla.accounts.actions import give_role
from ventanilla.accounts.models import Role
from ventanilla.cases import queries as cases
from ventanilla.catalogue.actions import create_service
from ventanilla.contacts import queries as contacts
from ventanilla.flow import desk as line
from ventanilla.flow.reply import note
from ventanilla.journal.actors import staff
from ventanilla.kit import clock
from ventanilla.organisation.actions import create_body
from ventanilla.organisation.scoping import scope
from ventanilla.routing import queries as routing
from ventanilla.web.desk.tests.conftest import World, mail
from ventanilla.workforce import queries as workforce
from ventanilla.workforce.actions import create_team


def post(world: World, case: Any, address: str, person: Any = None, **data: Any) -> Any:
    return (person or world.agent).client.post(f"/mostrador/{case.code}/{address}/", data)


def agent_name(world: World, case: Any) -> str | None:
    with scope({world.body.pk}):
        found = routing.assignment_of(case.pk)
    return found.agent.user.username if found and found.agent else None


def agent_id(world: World, person: Any) -> int:
    found = workforce.agent_of_user(person.user.pk)
    assert found is not None
    return found.pk


def test_take_return_and_hand_over(world: World) -> None:
    case = world.receive(mail("Uno"))
    assert agent_name(world, case) == "agente"
    assert post(world, case, "devolver").status_code == 302
    assert agent_name(world, case) is None
    post(world, case, "tomar", world.colleague)
    assert agent_name(world, case) == "colega"
    whom = f"agent:{agent_id(world, world.agent)}"
    assert post(world, case, "asignar", world.agent, whom=whom).status_code == 403, "it is a colleague's"
    assert post(world, case, "asignar", world.colleague, whom=whom, note="Sabés más de esto").status_code == 302
    assert agent_name(world, case) == "agente"
    assert any(entry.text == "Sabés más de esto" for entry in world.timeline(case))
    assert post(world, case, "asignar", world.supervisor, whom=f"team:{world.other_team.pk}").status_code == 302
    assert agent_name(world, case) is None
    refused = post(world, case, "asignar", world.supervisor, whom="", note="Mi nota")
    assert refused.status_code == 422
    assert "Mi nota" in refused.text


def test_closing_needs_something_recorded(world: World) -> None:
    case = world.receive(mail("Uno"))
    data = {"type": "complaint", "service": world.service.pk, "outcome": "answered", "text": ""}
    refused = post(world, case, "cerrar", **data)
    assert refused.status_code == 422
    assert world.case(case.code).state == "open"
    with scope({world.body.pk}):
        note(staff(world.agent.user.pk), case.pk, "Hablé por teléfono")
    assert post(world, case, "cerrar", **data).status_code == 302
    assert world.case(case.code).state == "closed"
    assert post(world, case, "reabrir", reason="Volvió a pasar").status_code == 302
    assert world.case(case.code).state == "open"


def test_closing_with_a_last_answer(world: World) -> None:
    case = world.receive(mail("Uno"))
    data = {"type": "information", "service": "", "outcome": "answered", "text": "Quedó resuelto."}
    assert post(world, case, "cerrar", **data).status_code == 302
    assert any(entry.text == "Quedó resuelto." for entry in world.timeline(case))


def test_change_and_wait(world: World) -> None:
    case = world.receive(mail("Uno"))
    assert (
        post(world, case, "cambiar", subject="Otro asunto", type="claim", service=world.service.pk).status_code == 302
    )
    changed = world.case(case.code)
    assert (changed.subject, changed.type, changed.service_id) == ("Otro asunto", "claim", world.service.pk)
    page = world.agent.client.get(f"/mostrador/{case.code}/").text
    assert "el tipo es “reclamo”" in page
    assert "Libreta de conducir" in page
    post(world, case, "espera", espera="1")
    assert world.case(case.code).state == "waiting_citizen"
    post(world, case, "espera", espera="0")
    assert world.case(case.code).state == "open"
    assert post(world, case, "cambiar", subject="", type="claim").status_code == 422


def test_the_notice_that_it_takes_longer(world: World) -> None:
    case = world.receive(mail("Uno"))
    past = post(world, case, "prorroga", on="2020-01-01", at="10:00", text="Demora")
    assert past.status_code == 422
    assert "futura" in past.text
    day = (clock.now() + timedelta(days=60)).date().isoformat()
    assert post(world, case, "prorroga", on=day, at="10:00", text="Demora").status_code == 302
    assert any("Demora" in entry.text for entry in world.timeline(case))


def test_merge_shows_both_sides_before(world: World) -> None:
    case, other = world.receive(mail("Uno", subject="Asunto uno")), world.receive(mail("Dos", subject="Asunto dos"))
    assert other.code in world.agent.client.get(f"/mostrador/{case.code}/unir/").text, (
        "the person's other case is offered"
    )
    sides = post(world, case, "unir", code=other.code.lower())
    assert "Asunto uno" in sides.text
    assert "Asunto dos" in sides.text
    assert world.case(other.code).merged_into is None
    done = post(world, case, "unir", code=other.code, is_sure="1", keeps="other")
    assert done["Location"] == f"/mostrador/{other.code}/"
    assert world.case(case.code).merged_into_id == other.pk
    wrong = post(world, other, "unir", code="ZZZZ")
    assert wrong.status_code == 422
    assert "No hay ninguna solicitud con ese código" in wrong.text


def test_split_and_link_and_review(world: World) -> None:
    case = world.receive(mail("Uno", message_id="<a@example.com>"))
    world.receive(mail("Otra cosa", message_id="<b@example.com>", in_reply_to="<a@example.com>"))
    second = [entry for entry in world.timeline(case) if entry.direction == "in"][-1]
    assert post(world, case, "separar", subject="Otra cosa").status_code == 422
    done = post(world, case, "separar", subject="Otra cosa", entries=[second.pk])
    fresh = world.case(done["Location"].strip("/").split("/")[-1])
    assert fresh.subject == "Otra cosa"
    third = world.receive(mail("Tres", sender="z@example.com"))
    assert post(world, case, "vincular", code=third.code).status_code == 302
    stranger = world.receive(mail(f"Sobre [{case.code}]", subject=f"[{case.code}]", sender="nadie@example.com"))
    assert stranger.code != case.code
    with scope({world.body.pk}):
        (doubtful,) = [link for link in cases.links_of(stranger.pk) if not link.is_reviewed]
    pane = world.agent.client.get(f"/mostrador/{stranger.code}/persona/").text
    assert "Revisá este vínculo" in pane
    assert world.agent.client.post(f"/mostrador/vinculos/{doubtful.pk}/revisado/").status_code == 302
    assert "Revisá este vínculo" not in world.agent.client.get(f"/mostrador/{stranger.code}/persona/").text


def test_contacts_are_merged_seeing_both_sides_and_given_back(world: World) -> None:
    one, two = world.receive(mail("Uno")), world.receive(mail("Dos", sender="Lucía Techera <otra@example.com>"))
    address = f"/mostrador/personas/{one.contact_id}/unir/?desde={one.code}"
    assert "otra@example.com" in world.agent.client.get(address).text
    both = world.agent.client.post(address, {"other": two.contact_id})
    assert "Sí, es la misma persona" in both.text
    assert "lucia@example.com" in both.text
    assert world.agent.client.post(address, {"other": two.contact_id, "is_sure": "1"}).status_code == 302
    with scope({world.body.pk}):
        assert contacts.family_ids(one.contact_id) == [one.contact_id, two.contact_id]
        (merge,) = contacts.merges_of(one.contact_id)
    undone = world.agent.client.post(f"/mostrador/personas/uniones/{merge.pk}/deshacer/", {"contacto": one.contact_id})
    assert undone.status_code == 302
    with scope({world.body.pk}):
        assert contacts.family_ids(one.contact_id) == [one.contact_id]
    assert world.quality.client.get(address).status_code == 403
    assert world.stranger.client.get(address).status_code == 404


def test_presence(world: World) -> None:
    for value in ("paused", "away", "available", "rubbish"):
        given = world.agent.client.post(
            "/mostrador/presencia/", {"presencia": value, "volver": "https://malo.example/"}
        )
        assert given["Location"] == "/mostrador/"
    found = workforce.agent_of_user(world.agent.user.pk)
    assert found is not None
    assert found.presence == "available"


def test_each_form_opens_alone_and_as_a_page(world: World) -> None:
    case = world.receive(mail("Uno"))
    for address in ("cerrar", "asignar", "cambiar", "prorroga", "vincular", "unir", "separar"):
        page = world.agent.client.get(f"/mostrador/{case.code}/{address}/")
        assert page.status_code == 200
        assert "<h1" in page.text
        part = world.agent.client.get(f"/mostrador/{case.code}/{address}/", headers={"HX-Request": "true"})
        assert "<html" not in part.text
        assert "<form" in part.text


def test_a_refusal_of_the_line_is_said(world: World) -> None:
    """Without a form to come back to, it is a message on the conversation."""
    case = world.receive(mail("Uno"))
    with scope({world.body.pk}):
        line.assign(staff(world.agent.user.pk), case.pk, agent_id=None, team_id=world.team.pk)
    refused = world.supervisor.client.post(f"/mostrador/{case.code}/tomar/", follow=True)
    assert "Tu usuario no atiende solicitudes" in refused.text


def test_a_shared_agent_keeps_each_body_s_things_apart(world: World) -> None:
    """She sees both bodies, but a case's hands and services are those of its own."""
    other = create_body("tercera", "Tercera Intendencia")
    give_role(world.agent.user, other, Role.AGENT)
    with scope({other.pk}):
        foreign_team = create_team(other, "ajeno", "Equipo ajeno")
        foreign_service = create_service(other, "ajeno", "Servicio ajeno")
    case = world.receive(mail("Uno"))
    for address in ("asignar", "cerrar", "cambiar"):
        assert "ajeno" not in world.agent.client.get(f"/mostrador/{case.code}/{address}/").text
    assert "ajeno" not in world.agent.client.get(f"/mostrador/{case.code}/").text
    assert post(world, case, "asignar", whom=f"team:{foreign_team.pk}").status_code == 422
    assert post(world, case, "cambiar", subject="x", type="claim", service=foreign_service.pk).status_code == 422
    data = {"account": world.account.pk, "to": "a@example.com", "subject": "x", "text": "x", "type": "claim"}
    refused = world.agent.client.post("/mostrador/nuevo/", data | {"service": foreign_service.pk})
    assert refused.status_code == 422
    assert "otro organismo" in refused.text
