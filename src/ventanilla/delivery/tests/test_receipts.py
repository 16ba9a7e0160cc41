"""What comes back about what we sent."""

from datetime import timedelta
from typing import Any

import pytest

from ventanilla.delivery import actions
from ventanilla.delivery.models import DeliveryReceipt, OutboxMessage
from ventanilla.delivery.tests.conftest import NOON, Desk
from ventanilla.journal.models import Fact
from ventanilla.messages.contract import Address, Receipt, ReceiptKind
from ventanilla.organisation import actions as organisation

TOKEN = "vt-1-aaaaaaaaaaaaaaaa"


def bounce(**changes: Any) -> Receipt:
    given: dict[str, Any] = {
        "kind": ReceiptKind.BOUNCED,
        "external_id": "",
        "happened_at": NOON,
        "address": "rosa@example.org",
        "reason": "550 5.1.1 No such user",
    }
    return Receipt(**{**given, **changes})


@pytest.fixture
def sent(desk: Desk) -> OutboxMessage:
    (message,) = desk.queue(reference_token=TOKEN)
    actions.send_due(10)
    message.refresh_from_db()
    return message


@pytest.mark.parametrize("how", ["id", "bracketed id", "token", "address"])
def test_a_bounce_finds_its_message(desk: Desk, sent: OutboxMessage, how: str) -> None:
    told: dict[str, dict[str, Any]] = {
        "id": {"external_id": sent.external_id},
        "bracketed id": {"external_id": f"<{sent.external_id}>"},
        "token": {"external_id": "otro@x", "reference_tokens": ["vt-9-bbbbbbbbbbbbbbbb", TOKEN], "address": ""},
        "address": {"address": "Rosa@Example.org"},
    }
    found = actions.record_receipt(bounce(**told[how]), desk.body.pk)
    assert found == sent
    sent.refresh_from_db()
    assert sent.state == "bounced"
    assert "El correo de destino devolvió el mensaje." in sent.problem
    assert "550 5.1.1 No such user" in sent.problem
    assert Fact.objects.filter(kind="delivery.bounced", case_id=desk.case.pk).count() == 1


def test_the_same_mark_twice_changes_nothing(desk: Desk, sent: OutboxMessage) -> None:
    for _time in range(2):
        assert actions.record_receipt(bounce(external_id=sent.external_id), desk.body.pk) == sent
    assert DeliveryReceipt.objects.count() == 1
    assert Fact.objects.filter(kind="delivery.bounced").count() == 1


def test_a_server_that_still_tries_is_noted_only(desk: Desk, sent: OutboxMessage) -> None:
    actions.record_receipt(bounce(external_id=sent.external_id, is_permanent=False), desk.body.pk)
    sent.refresh_from_db()
    assert sent.state == "sent"
    assert "sigue intentando" in sent.problem


def test_a_delivery_is_noted(desk: Desk, sent: OutboxMessage) -> None:
    receipt = Receipt(ReceiptKind.DELIVERED, sent.external_id, NOON)
    actions.record_receipt(receipt, desk.body.pk)
    sent.refresh_from_db()
    assert (sent.state, sent.problem) == ("delivered", "")
    assert Fact.objects.filter(kind="delivery.delivered").exists()


@pytest.mark.parametrize("address", ["otra@example.org", "", "rosa"])
def test_what_is_none_of_ours_is_nobodys(desk: Desk, sent: OutboxMessage, address: str) -> None:
    assert actions.record_receipt(bounce(address=address), desk.body.pk) is None


def test_an_unknown_id_is_not_guessed_by_address(desk: Desk, sent: OutboxMessage) -> None:
    assert actions.record_receipt(bounce(external_id="otro@x"), desk.body.pk) is None


def test_an_address_alone_is_believed_for_a_week(desk: Desk, sent: OutboxMessage) -> None:
    desk.clock.advance(timedelta(days=8))
    assert actions.record_receipt(bounce(), desk.body.pk) is None


def test_another_bodys_message_is_out_of_reach(desk: Desk, sent: OutboxMessage) -> None:
    other = organisation.create_body("otro", "Otro organismo")
    assert actions.record_receipt(bounce(external_id=sent.external_id), other.pk) is None


def test_a_token_prefers_the_message_to_that_address(desk: Desk, sent: OutboxMessage) -> None:
    desk.queue(reference_token=TOKEN, recipients=[Address("email", "otra@example.org")])
    actions.send_due(10)
    assert actions.record_receipt(bounce(reference_tokens=[TOKEN]), desk.body.pk) == sent


def test_rubbish_in_a_reason_is_stored_without_harm(desk: Desk, sent: OutboxMessage) -> None:
    actions.record_receipt(
        bounce(external_id=sent.external_id, reason="\x00\ud800", address="\x00" + "a" * 900), desk.body.pk
    )
    sent.refresh_from_db()
    assert sent.state == "bounced"
