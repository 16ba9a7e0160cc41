"""One case: reading it, and what strangers' mail cannot do on our pages."""

from typing import Any

import pytest

from ventanilla.flow import desk as line
from ventanilla.flow.close import close
from ventanilla.flow.reply import reply
from ventanilla.journal.actors import staff
from ventanilla.organisation.scoping import scope
from ventanilla.web.desk.tests.conftest import World, mail
from ventanilla.web.desk.timeline import authentication

QUERIES = 15
PNG = bytes.fromhex("89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489")


def page(world: World, case: Any, query: str = "") -> Any:
    return world.agent.client.get(f"/mostrador/{case.code}/{query}")


def test_the_page_shows_what_was_said_and_folds_the_quotation(world: World) -> None:
    case = world.receive(mail("¿La renuevo acá?\n\nEl lun, 23 nov 2026 a las 10:15, Ana escribió:\n> Buenas tardes"))
    shown = page(world, case)
    assert shown.status_code == 200
    for words in ("¿La renuevo acá?", "Mostrar cita", "Lucía Techera", "La atendés vos", case.code, "Automático"):
        assert words in shown.text, words


def test_what_a_message_did_to_its_case_is_said_under_it(world: World) -> None:
    case = world.receive(mail("Hola", message_id="<hola@example.com>"))
    actor = staff(world.agent.user.pk)
    with scope({world.body.pk}):
        reply(actor, case.pk, "¿Cuál es el número?", wait_for_citizen=True)
    world.receive(mail("Es el 7", In_Reply_To="<hola@example.com>"))
    with scope({world.body.pk}):
        close(actor, case.pk, type="information", service_id=None)
    world.receive(mail("Falta algo", In_Reply_To="<hola@example.com>"))
    said = page(world, case).text
    places = [
        said.index(words)
        for words in (
            "Es el 7",
            "La persona respondió: el plazo vuelve a correr.",
            "Falta algo",
            "La persona volvió a escribir: se reabrió la solicitud.",
        )
    ]
    assert places == sorted(places)


def test_every_page_costs_at_most_fifteen_queries(world: World, django_assert_max_num_queries: Any) -> None:
    case = world.receive(mail("Hola", files=[("recibo.pdf", "application/pdf", b"%PDF", "")]))
    actor = staff(world.agent.user.pk)
    with scope({world.body.pk}):
        for number in range(12):
            reply(actor, case.pk, f"Respuesta {number}")
        line.assign(actor, case.pk, agent_id=None, team_id=world.other_team.pk)
        line.take(actor, case.pk)
        line.change(actor, case.pk, type="complaint", service_id=world.service.pk)
    world.agent.client.get("/mostrador/")  # once a minute a page writes down that its reader is there: one more
    for address in ("", "entradas/", "encabezado/"):
        with django_assert_max_num_queries(QUERIES):
            assert world.agent.client.get(f"/mostrador/{case.code}/{address}").status_code == 200


def test_a_long_conversation_shows_its_end_first(world: World) -> None:
    case = world.receive(mail("El comienzo de todo"))
    with scope({world.body.pk}):
        for number in range(85):
            reply(staff(world.agent.user.pk), case.pk, f"Respuesta {number}")
    short = page(world, case)
    assert "El comienzo de todo" not in short.text
    assert "intervenciones anteriores" in short.text
    assert "El comienzo de todo" in page(world, case, "?todo=1").text


def test_the_code_is_read_however_it_is_written(world: World) -> None:
    case = world.receive(mail("Hola"))
    assert (
        world.agent.client.get(f"/mostrador/{case.code.replace('-', '').lower()}/")["Location"]
        == f"/mostrador/{case.code}/"
    )


def test_the_person_pane_explains_time_and_hands(world: World) -> None:
    case = world.receive(mail("Hola"))
    shown = world.agent.client.get(f"/mostrador/{case.code}/persona/?primera=1", headers={"HX-Request": "true"})
    for words in (
        "lucia@example.com",
        "¿Por qué vence entonces?",
        "¿Por qué me tocó?",
        "Saludo",
        "Hola, Lucía Techera",
    ):
        assert words in shown.text, words
    assert (
        "<html" not in world.agent.client.get(f"/mostrador/{case.code}/persona/", headers={"HX-Request": "true"}).text
    )


def test_scripts_of_strangers_stay_in_their_box(world: World) -> None:
    html = '<p onclick="x()">Hola <script>alert(1)</script><b>fuerte</b> <img src="cid:foto"><img src="https://espia.example/p.gif"></p>'
    case = world.receive(mail("<script>alert(1)</script>", html=html, files=[("foto.png", "image/png", PNG, "<foto>")]))
    shown = page(world, case)
    assert "<script>alert(1)</script>" not in shown.text
    entry = next(one for one in world.timeline(case) if one.direction == "in")
    formatted = world.agent.client.get(f"/mostrador/formatos/{entry.pk}/")
    assert formatted["Content-Security-Policy"].startswith("sandbox")
    assert "allow-scripts" not in formatted["Content-Security-Policy"]
    assert formatted["X-Frame-Options"] == "SAMEORIGIN"
    assert "<script" not in formatted.text
    assert "onclick" not in formatted.text
    assert "espia.example" not in formatted.text
    file = entry.files.get()
    assert f"/mostrador/archivos/{file.pk}/?ver" in formatted.text
    assert world.stranger.client.get(f"/mostrador/formatos/{entry.pk}/").status_code == 404


def test_files_are_downloads_that_cannot_run(world: World) -> None:
    files = [("página.html", "text/html", b"<script>alert(1)</script>", ""), ("foto.png", "image/png", PNG, "")]
    case = world.receive(mail("Hola", files=files))
    entry = next(one for one in world.timeline(case) if one.direction == "in")
    page_file, picture = entry.files.order_by("pk")
    for file, query, kind, disposition in (
        (page_file, "", "application/octet-stream", "attachment"),
        (page_file, "?ver", "application/octet-stream", "attachment"),
        (picture, "?ver", "image/png", "inline"),
    ):
        given = world.agent.client.get(f"/mostrador/archivos/{file.pk}/{query}")
        assert given["Content-Type"] == kind
        assert given["Content-Disposition"].startswith(disposition)
        assert given["X-Content-Type-Options"] == "nosniff"
        assert given["Content-Security-Policy"].startswith("sandbox")
    assert (
        "filename*=UTF-8''p%C3%A1gina.html"
        in world.agent.client.get(f"/mostrador/archivos/{page_file.pk}/")["Content-Disposition"]
    )
    assert world.stranger.client.get(f"/mostrador/archivos/{page_file.pk}/").status_code == 404
    assert world.agent.client.get("/mostrador/archivos/999999/").status_code == 404


def test_the_original_is_the_bytes_that_came(world: World) -> None:
    raw = mail("Hola")
    case = world.receive(raw)
    entry = next(one for one in world.timeline(case) if one.direction == "in")
    given = world.agent.client.get(f"/mostrador/originales/{entry.delivery_id}/")
    assert given.content == raw
    assert given["Content-Disposition"].startswith("attachment")
    assert world.stranger.client.get(f"/mostrador/originales/{entry.delivery_id}/").status_code == 404


@pytest.mark.parametrize(
    ("results", "is_good"),
    [
        ("mx.ejemplo.gub.uy; dkim=pass header.d=example.com; spf=pass", True),
        ("mx; dmarc=fail; dkim=pass header.d=otro.example", False),
        ("mx; dkim=fail; spf=fail", False),
        (["mx; dmarc=pass (p=reject)", "mx; dkim=none"], True),
        ("mx; spf=pass", True),
        ("mx; dkim=none; spf=neutral", None),
        ("", None),
        (None, None),
    ],
)
def test_the_relays_word_about_the_sender(results: Any, is_good: bool | None) -> None:
    assert authentication(results)[0] is is_good


def test_a_merged_case_leads_to_the_one_that_goes_on(world: World) -> None:
    case, other = world.receive(mail("Uno")), world.receive(mail("Dos"))
    with scope({world.body.pk}):
        line.merge(staff(world.agent.user.pk), case.pk, other.pk)
    assert world.agent.client.get(f"/mostrador/{other.code}/")["Location"] == f"/mostrador/{case.code}/"
    assert page(world, case).text.count("Vino de") == 2 or "Vino de" in page(world, case).text
    assert world.agent.client.get(f"/mostrador/{other.code}/?ver=1").status_code == 200


def test_opening_marks_it_read_for_whoever_attends_it(world: World) -> None:
    case = world.receive(mail("Hola"))
    assert "data-unread" in world.agent.client.get("/mostrador/").text
    assert f'data-read-url="/mostrador/{case.code}/leida/"' in page(world, case).text
    assert world.agent.client.post(f"/mostrador/{case.code}/leida/").status_code == 204
    assert "data-unread" not in world.agent.client.get("/mostrador/").text


def test_drafts_survive(world: World) -> None:
    case = world.receive(mail("Hola"))
    assert (
        world.agent.client.post(f"/mostrador/{case.code}/borrador/reply/", {"draft": "Estaba escribiendo"}).status_code
        == 204
    )
    assert "Estaba escribiendo" in page(world, case).text
    assert "Estaba escribiendo" not in world.colleague.client.get(f"/mostrador/{case.code}/").text
    world.agent.client.post(f"/mostrador/{case.code}/borrador/reply/", {"draft": ""})
    assert "Estaba escribiendo" not in page(world, case).text
    assert world.agent.client.post(f"/mostrador/{case.code}/borrador/otro/", {"draft": "x"}).status_code == 404
    assert world.quality.client.post(f"/mostrador/{case.code}/borrador/reply/", {"draft": "x"}).status_code == 403
