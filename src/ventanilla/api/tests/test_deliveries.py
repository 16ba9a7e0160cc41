"""Raw messages handed in by a program, and those that could not be read."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from ventanilla.api.tests.conftest import World, mail
from ventanilla.intake.actions import create_account
from ventanilla.organisation.scoping import scope

ADDRESS = "consultas@ejemplo.gub.uy"


@pytest.fixture
def small_limit(settings: Any) -> int:
    """As if the operator allowed messages of 2,000 bytes."""
    real = settings.ENVIRONMENT
    settings.ENVIRONMENT = SimpleNamespace(**real.model_dump() | {"mail_max_bytes": 2000})
    return 2000


def test_a_mail_becomes_a_case(world: World) -> None:
    response = world.agent_program.post(f"deliveries/{ADDRESS}", raw=mail("Se cayó una rama."))
    assert response.status_code == 201
    receipt = response.json()
    assert receipt.keys() == {"delivery", "state", "cases"}
    assert receipt["state"] == "handled"
    (code,) = receipt["cases"]
    assert world.agent_program.get(f"cases/{code}").json()["subject"] == "Poda de un árbol"


@pytest.mark.parametrize("address", ["Consultas%40Ejemplo.gub.uy", "consultas+poda@ejemplo.gub.uy"])
def test_the_account_may_be_spelled_as_mail_does(world: World, address: str) -> None:
    response = world.agent_program.post(
        f"deliveries/{address}", raw=mail("Hola."), media_type="application/octet-stream"
    )
    assert response.status_code == 201


def test_the_same_bytes_are_one_delivery(world: World) -> None:
    raw = mail("Hola.")
    first = world.agent_program.post(f"deliveries/{ADDRESS}", raw=raw).json()
    again = world.agent_program.post(f"deliveries/{ADDRESS}", raw=raw)
    assert again.status_code == 201
    assert again.json() == first
    assert len(world.agent_program.get("cases").json()["items"]) == 1


def test_a_key_is_honoured(world: World) -> None:
    raw = mail("Hola.")
    first = world.agent_program.post(f"deliveries/{ADDRESS}", raw=raw, Idempotency_Key="m-1")
    again = world.agent_program.post(f"deliveries/{ADDRESS}", raw=raw, Idempotency_Key="m-1")
    other = world.agent_program.post(f"deliveries/{ADDRESS}", raw=mail("Otra."), Idempotency_Key="m-1")
    assert (first.status_code, again.status_code, other.status_code) == (201, 201, 422)
    assert again.json() == first.json()
    assert again["Idempotent-Replayed"] == "true"


def test_an_account_out_of_sight_is_404(world: World) -> None:
    for address in ("consultas@otra.gub.uy", "nadie@ejemplo.gub.uy", "x", "a%00b@ejemplo.gub.uy", "a" * 320):
        assert world.agent_program.post(f"deliveries/{address}", raw=mail("Hola.")).status_code == 404
    assert world.agent_program.post(f"deliveries/{'a' * 321}", raw=mail("Hola.")).status_code == 422


def test_only_who_answers_hands_in(world: World) -> None:
    assert world.quality_program.post(f"deliveries/{ADDRESS}", raw=mail("Hola.")).status_code == 403
    assert world.nobody.post(f"deliveries/{ADDRESS}", raw=mail("Hola.")).status_code == 401


def test_an_empty_body_is_no_message(world: World) -> None:
    assert world.agent_program.post(f"deliveries/{ADDRESS}", raw=b"").status_code == 400


def test_a_message_over_the_limit_is_refused(world: World, small_limit: int) -> None:
    assert world.agent_program.post(f"deliveries/{ADDRESS}", raw=b"x" * (small_limit + 1)).status_code == 413
    assert world.agent_program.post(f"deliveries/{ADDRESS}", raw=mail("Hola.")).status_code == 201


def test_a_message_larger_than_any_json_is_taken(world: World) -> None:
    response = world.agent_program.post(f"deliveries/{ADDRESS}", raw=mail("Grande.", file=b"a" * 3_000_000))
    assert response.status_code == 201


def quarantine_one(world: World) -> int:
    """Bytes that no mail reader can take for a message."""
    receipt = world.agent_program.post(f"deliveries/{ADDRESS}", raw=b"\x00" * 50).json()
    assert receipt["state"] == "quarantined", receipt
    assert receipt["cases"] == []
    return int(receipt["delivery"])


def test_what_cannot_be_read_waits_in_quarantine(world: World) -> None:
    delivery_id = quarantine_one(world)
    page = world.agent_program.get("quarantine").json()
    (waiting,) = page["items"]
    assert page["next"] is None
    assert waiting.keys() == {"id", "channel", "account", "received_at", "size", "state", "problem"}
    assert (waiting["id"], waiting["account"], waiting["size"]) == (delivery_id, ADDRESS, 50)
    assert waiting["problem"]
    assert world.stranger_program.get("quarantine").json()["items"] == []
    assert world.quality_program.get("quarantine").status_code == 403
    assert world.nobody.get("quarantine").status_code == 401


def test_quarantine_is_paged_newest_first(world: World) -> None:
    ids = []
    for number in range(3):
        raw = b"\x00" * (60 + number)
        ids.append(world.agent_program.post(f"deliveries/{ADDRESS}", raw=raw).json()["delivery"])
    first = world.agent_program.get("quarantine", limit=2).json()
    second = world.agent_program.get("quarantine", limit=2, cursor=first["next"]).json()
    assert [item["id"] for item in first["items"] + second["items"]] == ids[::-1]
    assert second["next"] is None
    assert world.agent_program.get("quarantine", cursor="x").status_code == 422


def test_a_delivery_is_tried_again(world: World) -> None:
    delivery_id = quarantine_one(world)
    response = world.agent_program.post(f"quarantine/{delivery_id}/retry")
    assert response.status_code == 200
    assert response.json() == {"delivery": delivery_id, "state": "quarantined", "cases": []}
    assert world.stranger_program.post(f"quarantine/{delivery_id}/retry").status_code == 404
    assert world.quality_program.post(f"quarantine/{delivery_id}/retry").status_code == 403
    assert world.nobody.post(f"quarantine/{delivery_id}/retry").status_code == 401


def test_only_what_is_in_quarantine_is_tried_again(world: World) -> None:
    handled = world.agent_program.post(f"deliveries/{ADDRESS}", raw=mail("Hola.")).json()["delivery"]
    assert world.agent_program.post(f"quarantine/{handled}/retry").status_code == 409
    assert world.agent_program.post(f"quarantine/{handled + 1000}/retry").status_code == 404
    assert world.agent_program.post("quarantine/x/retry").status_code == 422


def test_our_own_failure_keeps_the_message_and_says_so(world: World, settings: Any) -> None:
    """202 with a receipt; once the fault is mended the same message is the same delivery, and is handled."""
    with scope({world.body.pk}):
        create_account(world.body, "email", "secreta@ejemplo.gub.uy", "Secreta", secrets={"password": "x"})
    raw, right_key = mail("Hola."), settings.SECRET_KEY
    settings.SECRET_KEY = "otra clave, que no abre los secretos guardados"
    waiting = world.agent_program.post("deliveries/secreta@ejemplo.gub.uy", raw=raw)
    assert waiting.status_code == 202
    assert (waiting.json()["state"], waiting.json()["cases"]) == ("waiting", [])
    settings.SECRET_KEY = right_key
    handled = world.agent_program.post("deliveries/secreta@ejemplo.gub.uy", raw=raw)
    assert handled.status_code == 201
    assert handled.json()["delivery"] == waiting.json()["delivery"]
    assert len(handled.json()["cases"]) == 1


def test_what_could_not_be_stored_must_be_sent_again(world: World, settings: Any, tmp_path: Path) -> None:
    blocked = tmp_path / "a-file-where-a-directory-should-be"
    blocked.write_bytes(b"")
    storages = settings.STORAGES
    settings.STORAGES = storages | {"default": storages["default"] | {"OPTIONS": {"location": str(blocked)}}}
    response = world.agent_program.post(f"deliveries/{ADDRESS}", raw=mail("Grande.", file=b"a" * 400_000))
    assert response.status_code == 503
    assert int(response["Retry-After"]) > 0
    settings.STORAGES = storages
    again = world.agent_program.post(f"deliveries/{ADDRESS}", raw=mail("Grande.", file=b"a" * 400_000))
    assert again.status_code == 201
