"""The demo's mailbox page brings letters to the door and shows what left."""

import pytest
from django.test import Client
from django.urls import include, path

from ventanilla.config.urls import urlpatterns as house
from ventanilla.delivery.models import OutboxMessage
from ventanilla.demo.stage import build_stage
from ventanilla.intake.models import InboundDelivery
from ventanilla.organisation.scoping import scope
from ventanilla.worklist.models import Row

urlpatterns = [*house, path("demo/", include("ventanilla.demo.urls"))]
LETTER = {"name": "Rosa", "address": "rosa@correo.example", "subject": "Feria", "text": "¿Cuándo abre?"}


@pytest.mark.urls(__name__)
@pytest.mark.django_db
class TestMailbox:
    def test_a_letter_becomes_a_case_and_its_acknowledgement_is_shown(self, client: Client) -> None:
        stage = build_stage()
        page = client.post("/demo/correo/", LETTER, follow=True).content.decode()
        with scope({stage.body.pk}):
            row = Row.objects.get()
            acknowledgement = OutboxMessage.objects.get()
        assert row.code in page
        assert acknowledgement.external_id in page

        answer = client.get(f"/demo/correo/?responder={acknowledgement.pk}").content.decode()
        assert f"Re: [{row.code}]" in answer
        client.post("/demo/correo/", LETTER | {"subject": "Re", "answers": acknowledgement.pk})
        row.refresh_from_db()
        assert row.message_count == 3

    def test_staff_go_on_from_the_letter_to_its_case(self, client: Client) -> None:
        stage = build_stage()
        page = client.post("/demo/correo/", LETTER, follow=True).content.decode()
        with scope({stage.body.pk}):
            code = Row.objects.get().code
        assert f'href="/mostrador/{code}/"' in page
        assert "Solo texto" not in client.get("/demo/correo/?llego=Solo+texto").content.decode()

    @pytest.mark.parametrize(
        "odd",
        [
            {"subject": "Feria\r\nBcc: otra@correo.example"},
            {"name": "Rosa\nX: y"},
            {"address": '"ro sa"@correo.example'},
            {"address": "rosa@ñandú.uy"},
            {"answers": "9" * 30},
        ],
    )
    def test_an_odd_letter_breaks_nothing(self, client: Client, odd: dict[str, str]) -> None:
        build_stage()
        assert client.post("/demo/correo/", LETTER | odd).status_code in (302, 422)
        stored = [bytes(content) for content in InboundDelivery.unscoped.values_list("content", flat=True)]
        assert not any(b"\nBcc:" in content or b"\nX:" in content for content in stored)

    def test_an_odd_address_of_the_page_breaks_nothing(self, client: Client) -> None:
        build_stage()
        for odd in ("9" * 5000, "-1", "x", "²"):
            assert client.get("/demo/correo/", {"responder": odd}).status_code == 200

    def test_a_bad_letter_is_told_so(self, client: Client) -> None:
        build_stage()
        page = client.post("/demo/correo/", LETTER | {"address": "nadie"}).content.decode()
        assert "¿Cuándo abre?" in page
        assert not Row.unscoped.exists()


def test_it_does_not_exist_outside_demo_mode(client: Client, db: None) -> None:
    assert client.get("/demo/correo/").status_code == 404
