"""What could not be read and what could not be sent."""

from typing import Any

from ventanilla.delivery import queries as delivery
from ventanilla.delivery.actions import record_receipt
from ventanilla.flow.accept import accept
from ventanilla.flow.receive import receive_one
from ventanilla.flow.reply import reply
from ventanilla.intake import queries as intake
from ventanilla.journal.actors import staff
from ventanilla.kit import clock
from ventanilla.messages.contract import Receipt, ReceiptKind
from ventanilla.organisation.scoping import scope
from ventanilla.web.desk.tests.conftest import World, mail

RUBBISH = b"\x00\x01\x02 no es un correo"


def quarantined(world: World) -> int:
    stored = accept(world.account, RUBBISH, {"mail_from": ""})
    assert receive_one(stored.delivery_id).state == "quarantined"
    return stored.delivery_id


def bounced(world: World) -> tuple[Any, Any]:
    """A case and its reply, which came back."""
    case = world.receive(mail("Uno"))
    with scope({world.body.pk}):
        entry = reply(staff(world.agent.user.pk), case.pk, "Traé la cédula.")
        message = delivery.of_entries([entry.pk])[entry.pk]
        record_receipt(
            Receipt(
                ReceiptKind.BOUNCED, message.external_id, clock.now(), "lucia@example.com", "La casilla no existe."
            ),
            world.body.pk,
        )
        return case, delivery.of_entries([entry.pk])[entry.pk]


def test_agents_see_what_could_not_be_read_and_why(world: World) -> None:
    number = quarantined(world)
    page = world.agent.client.get("/mostrador/en-revision/")
    assert "no tiene encabezados" in page.text
    assert "consultas@ejemplo.gub.uy" in page.text
    assert world.agent.client.get(f"/mostrador/originales/{number}/").content == RUBBISH
    again = world.agent.client.post(f"/mostrador/en-revision/{number}/reintentar/", follow=True)
    assert "Sigue sin poder leerse" in again.text


def test_discarding_asks_why(world: World) -> None:
    number = quarantined(world)
    address = f"/mostrador/en-revision/{number}/descartar/"
    assert world.agent.client.get(address).status_code == 200
    assert world.agent.client.post(address, {"reason": ""}).status_code == 422
    assert world.agent.client.post(address, {"reason": "Es ruido de un escáner"}).status_code == 302
    assert "no tiene encabezados" not in world.agent.client.get("/mostrador/en-revision/").text
    with scope({world.body.pk}):
        found = intake.delivery(number)
    assert found is not None
    assert found.state == "discarded"


def test_others_deliveries_are_out_of_sight(world: World) -> None:
    number = quarantined(world)
    assert "Todo se pudo leer" in world.stranger.client.get("/mostrador/en-revision/").text
    for address in ("reintentar", "descartar"):
        assert world.stranger.client.post(f"/mostrador/en-revision/{number}/{address}/").status_code == 404
        assert world.quality.client.post(f"/mostrador/en-revision/{number}/{address}/").status_code == 403


def test_the_list_goes_on_by_key(world: World, monkeypatch: Any) -> None:
    monkeypatch.setattr("ventanilla.web.desk.views.troubles.PAGE_ROWS", 2)
    for number in range(3):
        stored = accept(world.account, RUBBISH + bytes([number]), {})
        receive_one(stored.delivery_id)
    first = world.agent.client.get("/mostrador/en-revision/")
    assert len(first.context["deliveries"]) == 2
    second = world.agent.client.get(f"/mostrador/en-revision/{first.context['next_page']}")
    assert len(second.context["deliveries"]) == 1


def test_what_bounced_is_marked_listed_and_sent_again(world: World) -> None:
    case, message = bounced(world)
    conversation = world.agent.client.get(f"/mostrador/{case.code}/").text
    assert "Rebotó" in conversation
    assert "La casilla no existe." in conversation
    listed = world.agent.client.get("/mostrador/no-enviados/").text
    assert "La casilla no existe." in listed
    assert case.code in listed
    again = world.agent.client.post(f"/mostrador/no-enviados/{message.pk}/reintentar/", {"volver": case.code})
    assert again["Location"] == f"/mostrador/{case.code}/"
    with scope({world.body.pk}):
        assert delivery.troubles() == []
    assert world.quality.client.post(f"/mostrador/no-enviados/{message.pk}/reintentar/").status_code == 403


def test_a_strangers_message_is_not_sent_again(world: World) -> None:
    _case, message = bounced(world)
    world.stranger.client.post(f"/mostrador/no-enviados/{message.pk}/reintentar/")
    with scope({world.body.pk}):
        assert len(delivery.troubles()) == 1


def test_a_way_back_that_is_no_code_leads_to_the_list(world: World) -> None:
    _case, message = bounced(world)
    again = world.agent.client.post(f"/mostrador/no-enviados/{message.pk}/reintentar/", {"volver": "//malo.example"})
    assert again["Location"] == "/mostrador/no-enviados/"
