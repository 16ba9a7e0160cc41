"""Advertising and deceit wait for a person; honest mail goes straight on, and nothing is lost."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.test import Client

from ventanilla.cases.models import Case
from ventanilla.contacts.models import ContactAddress
from ventanilla.delivery.models import OutboxMessage
from ventanilla.demo.post import case_of, deliver, letter
from ventanilla.demo.stage import Stage
from ventanilla.flow import desk, doubting
from ventanilla.flow.accept import accept
from ventanilla.flow.errors import Refused
from ventanilla.flow.receive import receive_one
from ventanilla.flow.receiving import drain
from ventanilla.flow.reply import reply
from ventanilla.intake import actions as intake
from ventanilla.intake import queries as deliveries
from ventanilla.intake.models import BlockRule, InboundDelivery
from ventanilla.journal.actors import staff
from ventanilla.journal.models import Fact
from ventanilla.kit import clock

SPAMMER = "Ofertas <ofertas@barato.example>"
ROSA = "Rosa Pérez <rosa@example.org>"
FORM: dict[str, Any] = {"door": "portal", "honeypot": False, "seconds_to_fill": 45.0, "blocked_network": ""}


@pytest.fixture
def ana(stage: Stage, client: Client) -> Client:
    client.force_login(stage.agent_user)
    return client


def only() -> InboundDelivery:
    found: InboundDelivery = InboundDelivery.objects.get()
    return found


def kinds(delivery: InboundDelivery) -> list[str]:
    return [one["kind"] for one in (delivery.doubt or {})["reasons"]]


def blocked(stage: Stage, content: bytes = b"") -> int:
    """A message of a blocked address that waits; its number."""
    intake.block(stage.body, "address", "ofertas@barato.example")
    stored = accept(stage.account, content or letter(SPAMMER, "Gane dinero", "Desde su casa"), {})
    assert receive_one(stored.delivery_id).state == "doubtful"
    return stored.delivery_id


def test_a_blocked_sender_gets_no_case_no_code_and_no_answer(stage: Stage) -> None:
    number = blocked(stage)
    assert Case.objects.count() == OutboxMessage.unscoped.count() == ContactAddress.objects.count() == 0
    found = InboundDelivery.objects.get(pk=number)
    assert kinds(found) == ["address"]
    assert found.doubt["sender"] == "ofertas@barato.example"
    assert found.doubt["beginning"].strip() == "Desde su casa"
    assert deliveries.doubtful_count() == 1
    assert deliveries.quarantined_count() == 0
    facts = Fact.objects.filter(kind__in=("intake.doubted", "intake.blocked"))
    assert [fact.kind for fact in facts.order_by("pk")] == ["intake.blocked", "intake.doubted"]
    assert "barato" not in str([fact.details for fact in facts])


@pytest.mark.parametrize(
    ("kind", "value", "subject", "doubted"),
    [
        ("domain", "barato.example", "Hola", True),
        ("domain", "otro.example", "Hola", False),
        ("words", "inversión garantizada", "INVERSION  garantizada!!", True),
        ("words", "inversión garantizada", "La garantizada inversión", False),
        ("network", "203.0.113.0/24", "Hola", True),
        ("network", "198.51.100.0/24", "Hola", False),
    ],
)
def test_each_kind_of_rule(stage: Stage, kind: str, value: str, subject: str, doubted: bool) -> None:
    intake.block(stage.body, kind, value)
    received = deliver(stage, letter("a@mail.barato.example", subject, "Texto"), peer="203.0.113.9")
    assert received.state == ("doubtful" if doubted else "handled")


def test_a_rule_ends_when_it_says_and_when_it_is_put_out_of_use(stage: Stage) -> None:
    until = clock.now() + timedelta(days=7)
    rule = intake.block(stage.body, "domain", "barato.example", until=until)
    assert deliver(stage, letter(SPAMMER, "Uno", "x")).state == "doubtful"
    with clock.frozen(until + timedelta(minutes=1)):
        assert deliver(stage, letter(SPAMMER, "Dos", "x")).state == "handled"
    doubting.unblock(staff(stage.agent_user.pk), rule)
    assert deliver(stage, letter(SPAMMER, "Tres", "x")).state == "handled"


def test_another_bodys_rules_are_not_ours(stage: Stage) -> None:
    from ventanilla.organisation.actions import create_body
    from ventanilla.organisation.scoping import scope

    other = create_body("otra", "Otra Intendencia")
    with scope({other.pk}):
        intake.block(other, "domain", "barato.example")
    assert deliver(stage, letter(SPAMMER, "Hola", "x")).state == "handled"


@pytest.mark.parametrize(
    ("envelope", "expected"),
    [
        (FORM, "handled"),
        ({**FORM, "honeypot": True}, "doubtful"),
        ({**FORM, "seconds_to_fill": 1.2}, "doubtful"),
        ({**FORM, "seconds_to_fill": -5}, "doubtful"),
        ({**FORM, "seconds_to_fill": float("inf")}, "handled"),
        ({**FORM, "blocked_network": "203.0.113.0/24"}, "doubtful"),
        ({"door": "api"}, "handled"),
        ({"spam_flag": True}, "doubtful"),
        ({"authentication_results": "mx; dmarc=fail; spf=fail; dkim=fail"}, "handled"),
        ({"honeypot": "yes", "seconds_to_fill": "fast", "spam_flag": 1, "door": 7}, "handled"),
    ],
)
def test_what_a_door_saw(stage: Stage, envelope: dict[str, Any], expected: str) -> None:
    if envelope.get("seconds_to_fill") == float("inf"):
        envelope = {**envelope, "seconds_to_fill": 1e12}
    assert deliver(stage, letter(ROSA, "Consulta", "¿A qué hora abren?"), **envelope).state == expected


def test_many_links_are_doubted_in_a_first_message_only(stage: Stage) -> None:
    links = "\n".join(f"https://sitio{number}.example/oferta" for number in range(8))
    assert deliver(stage, letter(ROSA, "Enlaces", links), **FORM).state == "doubtful"
    assert deliver(stage, letter(ROSA, "Una consulta", "¿A qué hora abren?"), **FORM).state == "handled"
    assert deliver(stage, letter(ROSA, "Los enlaces que dije", links), **FORM).state == "handled"


def test_whoever_answers_us_is_doubted_only_when_blocked_by_name(stage: Stage) -> None:
    case = case_of(deliver(stage, letter(ROSA, "Consulta", "¿A qué hora abren?")))
    answer = reply(staff(stage.agent_user.pk), case.pk, "A las 9.")
    intake.block(stage.body, "domain", "example.org")
    intake.block(stage.body, "words", "gane dinero")
    back = letter(ROSA, "Re: Consulta", "Gane dinero", In_Reply_To=f"<{answer.external_id}>")
    assert case_of(deliver(stage, back, spam_flag=True, honeypot=True)).pk == case.pk

    stranger = letter("Otro <otro@example.org>", "Re: Consulta", "Hola", In_Reply_To=f"<{answer.external_id}>")
    assert deliver(stage, stranger).state == "doubtful", "who holds a reference and takes no part is anybody"
    intake.block(stage.body, "address", "rosa@example.org")
    again = letter(ROSA, "Re: Consulta", "Otra cosa", In_Reply_To=f"<{answer.external_id}>")
    assert deliver(stage, again).state == "doubtful"


def test_one_doubtful_among_many_holds_up_nobody(stage: Stage) -> None:
    intake.block(stage.body, "address", "ofertas@barato.example")
    for number in range(5):
        accept(stage.account, letter(f"p{number}@example.org", f"Asunto {number}", "Texto"), {})
        accept(stage.account, letter(SPAMMER, f"Oferta {number}", "Texto"), {})
    drain(stage.body.pk)
    assert Case.objects.count() == 5
    assert deliveries.doubtful_count() == 5


def test_files_of_a_doubtful_one_are_not_unpacked(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    from ventanilla.kit import storage

    kept: list[str] = []
    real = storage.store

    def counting(folder: str, content: bytes, at: Any) -> str:
        kept.append(folder)
        return real(folder, content, at)

    monkeypatch.setattr(storage, "store", counting)
    from email.message import EmailMessage

    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"], mail["Message-ID"] = SPAMMER, "c@x.uy", "Factura", "<f@barato.example>"
    mail.set_content("Adjunto")
    mail.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="factura.pdf")
    number = blocked(stage, mail.as_bytes())
    assert kept == []
    assert desk.retry_delivery(staff(stage.agent_user.pk), number).state == "handled"
    assert len(kept) == 1


def test_an_agent_attends_it_and_it_becomes_a_case_like_any(stage: Stage, ana: Client) -> None:
    number = blocked(stage)
    page = ana.get("/mostrador/dudosas/").text
    for words in ("Gane dinero", "ofertas@barato.example", "Desde su casa", "está bloqueada"):
        assert words in page
    answer = ana.post("/mostrador/dudosas/atender/", {"entrega": [number]})
    case = Case.objects.get()
    assert answer["Location"] == f"/mostrador/{case.code}/"
    assert OutboxMessage.unscoped.filter(case=case).exists(), "acknowledged now"
    found = only()
    assert (found.state, found.doubt) == ("handled", None)
    assert Fact.objects.get(kind="intake.attended").actor_id == stage.agent_user.pk
    with pytest.raises(Refused):
        desk.retry_delivery(staff(stage.agent_user.pk), number)


def test_several_are_discarded_at_once_with_a_reason_and_blocked(stage: Stage, ana: Client) -> None:
    numbers = [
        accept(stage.account, letter(f"s{n}@barato.example", f"Oferta {n}", "x"), {"spam_flag": True}).delivery_id
        for n in range(3)
    ]
    drain(stage.body.pk)
    address = "/mostrador/dudosas/descartar/"
    page = ana.get(address, {"entrega": numbers[:2]})
    assert "Descartar 2 mensajes" in page.text
    assert ana.post(address, {"entrega": numbers[:2], "reason": "other"}).status_code == 422
    answer = ana.post(address, {"entrega": numbers[:2], "reason": "spam", "block": "on"}, follow=True)
    assert "Se descartaron 2 mensajes" in answer.text
    assert [one.state for one in InboundDelivery.objects.order_by("pk")] == ["discarded", "discarded", "doubtful"]
    assert set(BlockRule.objects.values_list("value", flat=True)) == {"s0@barato.example", "s1@barato.example"}
    assert Fact.objects.filter(kind="intake.discarded", details__was="doubtful").count() == 2
    assert ana.post(address, {"entrega": numbers[:1], "reason": "spam"}).status_code == 302, "nothing is left to do"


def test_the_detail_is_plain_text_whatever_it_holds(stage: Stage, ana: Client) -> None:
    html = (
        letter(SPAMMER, "<b>Hola</b>", "relleno")
        .replace(b"text/plain", b"text/html")
        .replace(
            b"relleno",
            b"<script>alert(1)</script><img src=http://malo.example/x.png><p>Compre <a href=http://malo.example>ya</a></p>",
        )
    )
    number = blocked(stage, html)
    page = ana.get(f"/mostrador/dudosas/{number}/").text
    assert "Compre" in page
    assert "&lt;b&gt;Hola" in page
    assert "alert(1)" not in page
    assert "<img src=" not in page
    assert 'href="http://malo' not in page
    ana.post("/mostrador/dudosas/descartar/", {"entrega": [number], "reason": "fraud"})
    assert ana.get(f"/mostrador/dudosas/{number}/").status_code == 410


def test_block_and_unblock_from_a_conversation(stage: Stage, ana: Client) -> None:
    case = case_of(deliver(stage, letter(SPAMMER, "Hola", "x")))
    assert "Bloquear a quien escribe" in ana.get(f"/mostrador/{case.code}/").text
    address = f"/mostrador/{case.code}/bloquear/"
    assert "ofertas@barato.example" in ana.get(address).text
    assert ana.post(address, {"what": "address", "note": ""}).status_code == 422
    assert ana.post(address, {"what": "domain", "note": "Insiste con publicidad"}).status_code == 302
    rule = BlockRule.objects.get()
    assert (rule.kind, rule.value, rule.made_by_id) == ("domain", "barato.example", stage.agent_user.pk)
    assert deliver(stage, letter(SPAMMER, "Otra", "x")).state == "doubtful"
    assert "Ya está bloqueada" in ana.get(address).text
    assert ana.post(address, {"desbloquear": "1"}).status_code == 302
    assert deliver(stage, letter(SPAMMER, "Una más", "x")).state == "handled"
    assert [fact.actor_id for fact in Fact.objects.filter(kind="intake.unblocked")] == [stage.agent_user.pk]


def test_a_rule_that_would_close_the_door_is_refused_in_words(stage: Stage, ana: Client) -> None:
    case = case_of(deliver(stage, letter("Ana <ana@gmail.com>", "Hola", "x")))
    answer = ana.post(f"/mostrador/{case.code}/bloquear/", {"what": "domain", "note": "x"})
    assert answer.status_code == 422
    assert "lo usa muchísima gente" in answer.text
    with pytest.raises(Refused, match="propio organismo"):
        doubting.block(staff(stage.agent_user.pk), stage.body.pk, "address", "consultas+x@ejemplo.gub.uy")
    with pytest.raises(Refused, match="propio servidor"):
        doubting.block(staff(stage.agent_user.pk), stage.body.pk, "network", "127.0.0.1")
    assert BlockRule.objects.count() == 0


def test_only_those_with_the_right_decide(stage: Stage, client: Client) -> None:
    from ventanilla.accounts import actions as accounts
    from ventanilla.accounts.models import Role

    number = blocked(stage)
    quality = accounts.create_staff("calidad", "Quimey", "Costa")
    accounts.give_role(quality, stage.body, Role.QUALITY)
    client.force_login(quality)
    for method, address in (
        ("get", "dudosas/"),
        ("get", f"dudosas/{number}/"),
        ("post", "dudosas/atender/"),
        ("post", "dudosas/descartar/"),
        ("post", f"dudosas/{number}/bloquear/"),
    ):
        assert getattr(client, method)(f"/mostrador/{address}", {"entrega": number}).status_code == 403, address
    assert only().state == "doubtful"


def test_bytes_of_what_was_discarded_are_deleted_in_time(
    stage: Stage, settings: Any, ana: Client, django_capture_on_commit_callbacks: Any
) -> None:
    settings.ENVIRONMENT = settings.ENVIRONMENT.model_copy(update={"raw_in_database_max_bytes": 10})
    number = blocked(stage)
    name = only().storage_name
    assert default_storage.exists(name)
    desk.discard_delivery(staff(stage.agent_user.pk), number, "Publicidad")
    assert doubting.forget_discarded() == 0
    with (
        clock.frozen(clock.now() + timedelta(days=settings.ENVIRONMENT.discarded_kept_days, minutes=1)),
        django_capture_on_commit_callbacks(execute=True),
    ):
        assert doubting.forget_discarded() == 1
        assert doubting.forget_discarded() == 0
    found = only()
    assert (found.state, found.problem, found.doubt, found.envelope) == ("discarded", "Publicidad", None, {})
    assert not default_storage.exists(name)
    assert ana.get(f"/mostrador/originales/{number}/").status_code == 404


def test_the_administration_keeps_the_rules(stage: Stage, client: Client) -> None:
    from ventanilla.accounts import actions as accounts
    from ventanilla.accounts.models import Role

    admin = accounts.create_staff("admin", "Ada", "Ríos", is_administrator=True)
    accounts.give_role(admin, stage.body, Role.ADMINISTRATOR)
    client.force_login(admin)
    path = "/configuracion/intake/blockrule/"
    fields = {"public_body": stage.body.pk, "kind": "network", "value": "203.0.113.77/24", "note": "Escáner"}
    assert client.post(f"{path}add/", fields).status_code == 302
    rule = BlockRule.objects.get()
    assert (rule.value, rule.is_active, rule.made_by_id) == ("203.0.113.0/24", True, admin.pk)
    for value, words in (("203.0.113.5/24", "Ya hay un bloqueo igual"), ("0.0.0.0/0", "Abarca demasiado")):
        again = client.post(f"{path}add/", {**fields, "value": value})
        assert words in again.content.decode(), value
    assert "203.0.113.0/24" in client.get(path).content.decode()
    change = {"note": "Ya no", "until_0": "", "until_1": ""}
    assert client.post(f"{path}{rule.pk}/change/", change).status_code == 302
    rule.refresh_from_db()
    assert (rule.is_active, rule.note, rule.value) == (False, "Ya no", "203.0.113.0/24")
    kinds_told = list(Fact.objects.filter(kind__startswith="intake.").order_by("pk").values_list("kind", flat=True))
    assert kinds_told[-2:] == ["intake.blocked", "intake.unblocked"]
    assert client.post(f"{path}{rule.pk}/delete/", {"post": "yes"}).status_code == 403


def test_programs_see_it_and_attend_it(stage: Stage, client: Client) -> None:
    from ventanilla.accounts.actions import issue_token

    headers = {"Authorization": f"Bearer {issue_token(stage.agent_user)}"}
    intake.block(stage.body, "address", "ofertas@barato.example")
    sent = client.post(
        "/api/v1/deliveries/consultas@ejemplo.gub.uy",
        letter(SPAMMER, "Gane dinero", "x"),
        content_type="message/rfc822",
        headers=headers,
    )
    assert sent.status_code == 202
    assert sent.json()["state"] == "doubtful"
    assert sent.json()["cases"] == []
    deliver(stage, b"\x00 no es un correo", mail_from="")
    listed = client.get("/api/v1/quarantine", headers=headers).json()["items"]
    assert [one["state"] for one in listed] == ["quarantined", "doubtful"]
    assert "ofertas@barato.example está bloqueada" in listed[1]["problem"]
    chosen = client.get("/api/v1/quarantine?state=doubtful", headers=headers).json()["items"]
    assert [one["id"] for one in chosen] == [sent.json()["delivery"]]
    tried = client.post(f"/api/v1/quarantine/{chosen[0]['id']}/retry", headers=headers)
    assert tried.json()["state"] == "handled"
    assert len(tried.json()["cases"]) == 1


def test_the_board_counts_them(stage: Stage, client: Client) -> None:
    blocked(stage)
    client.force_login(stage.supervisor)
    figures = {one.name: one.value for one in client.get("/supervision/").context["board"]["troubles"]}
    assert (figures["doubtful"], figures["quarantine"]) == (1, 0)
