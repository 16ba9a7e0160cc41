"""A person asks for something on the portal: each question, each mistake, and what is left in her browser."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from ventanilla.calendars.bases import Basis
from ventanilla.cases.models import Case, EntryFile
from ventanilla.cases.queries import messages
from ventanilla.catalogue.actions import change_service, create_service
from ventanilla.delivery.models import OutboxMessage
from ventanilla.flow.portal import forget_drafts
from ventanilla.intake.actions import change_account, create_account
from ventanilla.intake.models import InboundDelivery
from ventanilla.journal.actors import SYSTEM
from ventanilla.kit import clock
from ventanilla.organisation.actions import change_body, create_body, create_calendar, create_office
from ventanilla.organisation.scoping import scope
from ventanilla.privacy import actions as privacy
from ventanilla.privacy.queries import consents_of
from ventanilla.sla.actions import create_policy
from ventanilla.web.citizen import receipts

NEW = "/solicitudes/nueva/"
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)
TEXT = "La luz de la esquina no prende desde octubre."


@dataclass
class World:
    body: Any
    portal: Any
    service: Any


@pytest.fixture
def world(db: None) -> Iterator[World]:
    body = create_body("ejemplo", "Intendencia de Ejemplo")
    with scope({body.pk}):
        calendar = create_calendar(
            body, "oficina", "Oficina", dict.fromkeys(range(5), (("9:00", "17:00"),)), is_default=True
        )
        create_office(body, "Centro de Atención", "Av. 18 de Julio 1360", calendar=calendar)
        create_account(body, "email", "consultas@ejemplo.gub.uy", body.name)
        portal = create_account(body, "portal", "ejemplo", body.name)
        service = create_service(body, "alumbrado", "Alumbrado público", summary="Luces de la calle")
        create_policy(
            body,
            "portal",
            "Respuesta por el portal",
            kind="first_response",
            channel="portal",
            basis=Basis.BUSINESS_DAY_HOURS,
            target_minutes=24 * 60,
            calendar=calendar,
        )
        yield World(body, portal, service)


@dataclass
class Person:
    """Somebody at a browser of her own."""

    client: Client

    def begin(self, **asked: str) -> "Person":
        answer = self.client.post(NEW, asked)
        assert answer["Location"] == f"{NEW}tipo/"
        return self

    def post(self, step: str, **said: Any) -> Any:
        return self.client.post(f"{NEW}{step}/", said)

    def get(self, step: str = "") -> Any:
        return self.client.get(f"{NEW}{step}/" if step else NEW)

    def page(self, step: str = "") -> str:
        return str(self.get(step).content.decode())

    def said_to(self, step: str, **said: Any) -> str:
        """The page that follows an answer which will not do, or leads nowhere else."""
        answer = self.post(step, **said)
        assert answer.status_code in (302, 303)
        assert answer["Location"].partition("?")[0] == f"{NEW}{step}/"
        return str(self.client.get(answer["Location"]).content.decode())

    def upload(self, *files: tuple[str, bytes]) -> str:
        chosen = [SimpleUploadedFile(name, content) for name, content in files]
        return self.said_to("archivos", archivo=chosen, agregar="1")

    def answer_all(self, *, files: tuple[tuple[str, bytes], ...] = (), **changes: Any) -> "Person":
        """Every question but the last page."""
        said: dict[str, dict[str, Any]] = {
            "tipo": {"type": "claim"},
            "servicio": {"service": "alumbrado"},
            "texto": {"text": TEXT, "subject": ""},
            "archivos": {"archivo": [SimpleUploadedFile(*file) for file in files]},
            "respuesta": {"answer_by": "email", "email": "Rosa@Example.org"},
            "datos": {"name": "Rosa Pérez", "phone": "", "document": "", "assistance_other": ""},
        }
        steps = [*said, "revisar"]
        for number, (step, answers) in enumerate(said.items(), 1):
            answer = self.post(step, **{**answers, **changes.get(step, {})})
            assert answer.status_code == 302, (step, answer.content.decode())
            assert answer["Location"] == f"{NEW}{steps[number]}/"
        return self

    def notice(self) -> str:
        found = re.search(r'name="notice" value="(\d+)"', self.page("revisar"))
        assert found is not None
        return found[1]

    def send(self, **said: Any) -> Any:
        return self.post("revisar", **{"accepts": "on", "notice": self.notice(), **said})

    def receipt(self) -> Any:
        return self.client.get("/solicitudes/recibida/")


@pytest.fixture
def person() -> Person:
    return Person(Client())


@pytest.fixture(autouse=True)
def _calm(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody fills in a form in no time; tests do."""
    monkeypatch.setattr("ventanilla.intake.rules.MIN_SECONDS_TO_FILL", 0.0)


def stored_files() -> list[Path]:
    folder = Path(default_storage.path("drafts"))
    return [path for path in folder.rglob("*") if path.is_file()]


@pytest.fixture(autouse=True)
def _no_files_before() -> None:
    for path in stored_files():
        path.unlink()


def test_from_the_first_page_to_the_receipt(world: World, person: Person) -> None:
    person.begin().answer_all(
        files=(("factura.pdf", PDF),),
        datos={
            "document": "1234567-2",
            "phone": "099 123 456",
            "assistance": ["lsu"],
            "assistance_other": "Letra grande",
        },
    )
    review = person.page("revisar")
    for words in (TEXT, "factura.pdf", "rosa@example.org", "1.234.567-2", "Alumbrado público", "Ley 18.331"):
        assert words in review
    sent = person.send()
    assert (sent.status_code, sent["Location"]) == (303, "/solicitudes/recibida/")
    case = Case.objects.get()
    assert (case.type, case.service_id, case.subject) == ("claim", world.service.pk, TEXT)
    entry = messages(case.pk)[0]
    assert entry.facts["assistance"] == "Lengua de señas uruguaya; Letra grande"
    assert (entry.facts["document"], entry.facts["phone"]) == ("1.234.567-2", "099 123 456")
    assert [file.name for file in EntryFile.objects.filter(entry=entry)] == ["factura.pdf"]
    assert len(consents_of(case.pk)) == 1
    receipt = person.receipt()
    shown = receipt.content.decode()
    assert receipt.status_code == 200
    assert case.code in shown
    assert "a más tardar el <strong>" in shown
    assert "r•••@example.org" in shown
    assert "clave=" not in shown
    assert OutboxMessage.objects.get().recipients[0]["value"] == "rosa@example.org"
    assert stored_files() == []
    assert "Tenés una solicitud sin terminar" not in person.page()
    assert person.client.get(f"/solicitudes/{case.code}/").status_code == 200


def test_without_mail_the_link_is_on_the_receipt_and_opens_the_case(world: World, person: Person) -> None:
    person.begin().answer_all(respuesta={"answer_by": "page", "email": "no-es-un-correo"})
    person.send()
    assert not OutboxMessage.objects.exists()
    found = re.search(r"/solicitudes/[0-9A-Z-]{9}/\?clave=[a-z2-7]+", person.receipt().content.decode())
    assert found is not None
    assert TEXT in Client().get(found[0], follow=True).content.decode()


def test_a_second_click_is_the_same_case_and_the_same_receipt(world: World, person: Person) -> None:
    person.begin().answer_all(files=(("factura.pdf", PDF),))
    said = {"accepts": "on", "notice": person.notice()}
    before = dict(person.client.session.items())
    assert person.post("revisar", **said).status_code == 303
    first = person.receipt().content.decode()
    # After the first was answered.
    again = person.post("revisar", **said)
    assert (again.status_code, again["Location"]) == (303, "/solicitudes/recibida/")
    assert Case.objects.get().code in person.receipt().content.decode()
    # Sent again from a session that still holds the draft, as when its answer was lost on the way.
    store = person.client.session
    store.update({name: value for name, value in before.items() if name == "citizen_request"})
    store["citizen_request"]["files"] = []
    store.save()
    assert person.post("revisar", **said).status_code == 303
    assert Case.objects.count() == 1
    assert Case.objects.get().code in person.receipt().content.decode()
    assert Case.objects.get().code in first


def test_a_click_that_comes_while_the_first_is_being_filed_ends_at_its_receipt(world: World, person: Person) -> None:
    """Its files are gone already; the receipt was stored before they went."""
    person.begin().answer_all(files=(("factura.pdf", PDF),))
    said = {"accepts": "on", "notice": person.notice()}
    draft = person.client.session["citizen_request"]
    person.post("revisar", **said)
    store = person.client.session
    store["citizen_request"] = draft
    store.save()
    assert person.post("revisar", **said)["Location"] == "/solicitudes/recibida/"
    assert Case.objects.count() == 1
    assert "citizen_request" not in person.client.session


def test_files_that_waited_for_too_long_are_asked_for_again(world: World, person: Person) -> None:
    person.begin().answer_all(files=(("factura.pdf", PDF),))
    with clock.frozen(clock.now() + timedelta(hours=25)):
        assert forget_drafts() == 1
    sent = person.send()
    assert sent["Location"] == f"{NEW}archivos/?cambiar"
    assert "Ya no tenemos «factura.pdf»" in person.page("archivos")
    assert "Ya no tenemos" not in person.page("archivos")
    assert Case.objects.count() == 0
    assert person.send().status_code == 303


def test_forgetting_leaves_fresh_files_alone(world: World, person: Person) -> None:
    person.begin().answer_all(files=(("factura.pdf", PDF),))
    assert forget_drafts() == 0
    assert len(stored_files()) == 1


ANSWERS: list[tuple[str, dict[str, Any]]] = [
    ("tipo", {"type": "claim"}),
    ("servicio", {"service": ""}),
    ("texto", {"text": TEXT}),
    ("archivos", {}),
    ("respuesta", {"answer_by": "page"}),
    ("datos", {"name": "Rosa"}),
]


@pytest.mark.parametrize(
    ("step", "said", "words"),
    [
        ("tipo", {}, "Elegí una opción."),
        ("tipo", {"type": "denuncia"}, "Elegí una opción de la lista."),
        ("servicio", {"service": "no-existe"}, "Ese servicio ya no está"),
        ("texto", {"text": "  \n "}, "Escribí qué necesitás."),
        ("texto", {"text": "\x00\x07"}, "Escribí qué necesitás."),
        ("texto", {"text": "a" * 100_001}, "Es demasiado largo"),
        ("texto", {"text": "a", "subject": "a" * 151}, "acortalo a menos de 150"),
        ("respuesta", {}, "Elegí una opción."),
        ("respuesta", {"answer_by": "email"}, "Escribí a dónde te respondemos."),
        ("respuesta", {"answer_by": "email", "email": "rosa@"}, "Fijate que esté completo"),
        ("datos", {}, "no recibe solicitudes anónimas"),
        ("datos", {"name": "a" * 151}, "Es demasiado largo"),
        ("datos", {"name": "Rosa", "phone": "no tengo"}, "Escribilo con números"),
        ("datos", {"name": "Rosa", "document": "1.234.567-1"}, "algún número está cambiado"),
        ("datos", {"name": "Rosa", "assistance": ["todo"]}, "Elegí opciones de la lista."),
    ],
)
def test_a_mistake_is_told_first_and_in_place(
    world: World, person: Person, step: str, said: dict[str, Any], words: str
) -> None:
    person.begin()
    answer_before = ANSWERS[: [one for one, _said in ANSWERS].index(step)]
    for earlier, good in answer_before:
        person.post(earlier, **good)
    page = person.said_to(step, **said)
    assert "<title>Error:" in page
    assert page.count(words) == 2
    assert page.index("data-focus-now") < page.index("<form method")
    link = re.search(r'<li><a class="ds-link" href="#([^"]+)"', page)
    assert link is not None
    assert f'id="{link[1]}"' in page


def test_nothing_typed_is_lost_by_a_mistake_or_on_the_way_back(world: World, person: Person) -> None:
    person.begin()
    person.post("tipo", type="thanks")
    person.post("servicio", service="")
    assert "Casi un mensaje" in person.said_to("texto", text="Casi un mensaje", subject="a" * 200)
    assert person.post("texto", text="Medio mensaje", subject="b" * 200, volver="1")["Location"] == f"{NEW}servicio/"
    page = person.page("texto")
    assert "Medio mensaje" in page
    assert "b" * 200 in page


def test_a_long_text_arrives_whole(world: World, person: Person) -> None:
    text = ("Mi cuadra está a oscuras.\n" * 4000)[:100_000].strip()
    person.begin().answer_all(texto={"text": text})
    person.send()
    assert messages(Case.objects.get().pk)[0].text.strip() == text


def test_what_nobody_can_see_is_left_out(world: World, person: Person) -> None:
    person.begin().answer_all(
        texto={"text": "Hola\x00 vecino\u202e\r\n\r\n\tChau", "subject": "Lu\x00z"},
        datos={"name": "Ro\x00sa"},
        respuesta={"answer_by": "email", "email": "rosa\x00@example.org"},
    )
    person.send()
    entry = messages(Case.objects.get().pk)[0]
    assert entry.text.strip() == "Hola vecino\n\n\tChau"
    assert (Case.objects.get().subject, entry.sender["name"]) == ("Luz", "Rosa")


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("factura.pdf", b"MZ" + bytes(62), "es un programa"),
        ("factura.pdf", PNG, "no es lo que su nombre dice"),
        ("pagina.html", b"<html><script>1</script>", "No recibimos archivos como"),
        ("nada.pdf", b"", "está vacío"),
        ("grande.pdf", PDF + bytes(10 * 2**20), "pesa demasiado"),
        ("foto\u202egpj.exe", b"MZ" + bytes(62), "«fotogpj.exe» es un programa"),
    ],
)
def test_a_bad_file_is_refused_and_the_good_ones_stay(
    world: World, person: Person, name: str, content: bytes, words: str
) -> None:
    person.begin()
    person.post("tipo", type="claim")
    person.post("servicio", service="")
    person.post("texto", text=TEXT)
    page = person.upload(("foto.png", PNG), (name, content))
    assert "<title>Error:" in page
    assert words in page
    assert "foto.png" in person.page("archivos")
    assert len(stored_files()) == 1


def test_files_are_few_light_and_can_be_taken_away(world: World, person: Person) -> None:
    person.begin()
    for step, said in (("tipo", {"type": "claim"}), ("servicio", {}), ("texto", {"text": TEXT})):
        person.post(step, **said)
    assert "Agregamos 5 archivos." in person.upload(*((f"{n}.png", PNG) for n in range(5)))
    assert "hasta 5 archivos" in person.upload(("6.png", PNG))
    assert "se pueden mandar" not in person.page("archivos")
    first = person.client.session["citizen_request"]["files"][0]["id"]
    assert "Quitaste «0.png»." in person.said_to("archivos", quitar=first)
    assert len(stored_files()) == 4
    assert "Quitaste" not in person.said_to("archivos", quitar="nada")
    big = PDF + bytes(9 * 2**20)
    for file in person.client.session["citizen_request"]["files"]:
        person.post("archivos", quitar=file["id"])
    page = person.upload(("a.pdf", big), ("b.pdf", big), ("c.pdf", big))
    assert "entre todos pueden pesar hasta 25 MB" in page


def test_the_session_holds_no_bytes_and_no_guessable_name(world: World, person: Person) -> None:
    person.begin().answer_all(files=(("secreto.pdf", PDF + b"UNSECRETO"),))
    assert "UNSECRETO" not in repr(dict(person.client.session.items()))
    (path,) = stored_files()
    assert "secreto" not in path.name
    assert len(path.name) >= 32


def test_another_browser_sees_neither_draft_nor_receipt(world: World, person: Person) -> None:
    stranger = Person(Client())
    person.begin().answer_all(files=(("factura.pdf", PDF),))
    assert stranger.get("texto")["Location"] == f"{NEW}?vencida"
    assert stranger.get("revisar")["Location"] == f"{NEW}?vencida"
    file_id = person.client.session["citizen_request"]["files"][0]["id"]
    stranger.begin().post("archivos", quitar=file_id)
    assert len(stored_files()) == 1
    person.send()
    code = Case.objects.get().code
    assert stranger.receipt()["Location"] == NEW
    assert TEXT not in stranger.client.get(f"/solicitudes/{code}/", follow=True).content.decode()


def test_a_question_cannot_be_skipped(world: World, person: Person) -> None:
    person.begin()
    assert person.get("revisar")["Location"] == f"{NEW}tipo/"
    assert person.post("revisar", accepts="on")["Location"] == f"{NEW}tipo/"
    person.post("tipo", type="claim")
    assert person.get("datos")["Location"] == f"{NEW}servicio/"
    assert person.get("otra-cosa")["Location"] == NEW


def test_an_answer_that_will_not_do_any_more_is_asked_again(world: World, person: Person) -> None:
    person.begin().answer_all(datos={"name": ""})
    change_service(world.service, is_active=False)
    create_service(world.body, "otro", "Otro servicio")
    assert person.get("revisar")["Location"] == f"{NEW}servicio/"
    assert "Ese servicio ya no está" in person.page("servicio")
    person.client.post(f"{NEW}servicio/?cambiar=1", {"service": "otro"})
    # Without an address her name is due.
    answer = person.client.post(f"{NEW}respuesta/?cambiar=1", {"answer_by": "page"})
    assert answer["Location"] == f"{NEW}datos/"
    assert "no recibe solicitudes anónimas" in person.page("datos")


def test_anonymous_where_the_body_allows_it(world: World, person: Person) -> None:
    change_body(world.body, allows_anonymous=True)
    person.begin().answer_all(respuesta={"answer_by": "page", "email": ""}, datos={"name": ""})
    person.send()
    assert messages(Case.objects.get().pk)[0].sender["name"] == ""


def test_a_body_without_services_asks_six_questions(world: World, person: Person) -> None:
    change_service(world.service, is_active=False)
    person.begin()
    assert "Paso 1 de 6" in person.page("tipo")
    assert person.post("tipo", type="claim")["Location"] == f"{NEW}texto/"


def test_services_are_searched_without_accents_and_the_chosen_one_stays(world: World, person: Person) -> None:
    for number in range(30):
        create_service(world.body, f"tramite-{number}", f"Trámite número {number}")
    person.begin(servicio="alumbrado").post("tipo", type="claim")
    page = person.page("servicio")
    assert 'value="alumbrado" aria-describedby="id_service_hint1" checked' in page
    assert "Mostramos 25 de 31" in page
    found = person.client.get(f"{NEW}servicio/", {"buscar": "NUMERO 29"}).content.decode()
    assert "Trámite número 29" in found
    assert "Trámite número 28" not in found
    assert "Alumbrado público" in found


def test_consent_is_to_the_notice_in_force(world: World, person: Person) -> None:
    person.begin().answer_all()
    assert "Marcá la casilla" in person.said_to("revisar", notice=person.notice())
    notice = person.notice()
    privacy.publish(world.body, "Otro aviso.", SYSTEM)
    assert "El aviso de privacidad cambió" in person.said_to("revisar", accepts="on", notice=notice)
    assert Case.objects.count() == 0
    person.send()
    assert consents_of(Case.objects.get().pk)[0].notice.text == "Otro aviso."


def test_when_the_portal_is_closed_nothing_is_lost(world: World, person: Person) -> None:
    person.begin().answer_all()
    notice = person.notice()
    change_account(world.portal, is_active=False)
    page = person.said_to("revisar", accepts="on", notice=notice)
    assert "no recibe solicitudes por su sitio web" in page
    assert "Av. 18 de Julio 1360" in page
    assert "Por acá, ahora no" in person.page()
    change_account(world.portal, is_active=True)
    assert person.send().status_code == 303


def test_a_doubtful_request_gets_an_honest_receipt(world: World, person: Person) -> None:
    person.begin().answer_all(texto={"text": TEXT, "detalle": "compre ya"})
    assert person.send().status_code == 303
    receipt = person.receipt()
    shown = receipt.content.decode()
    delivery = InboundDelivery.objects.get()
    assert (receipt.status_code, delivery.state, Case.objects.count()) == (202, "doubtful", 0)
    assert "la va a mirar una persona" in shown
    assert receipts.reference_of(delivery.pk) in shown


def test_too_fast_is_doubtful(world: World, person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ventanilla.intake.rules.MIN_SECONDS_TO_FILL", 4.0)
    with clock.frozen(clock.now()) as now:
        person.begin().answer_all()
        now.advance(timedelta(seconds=3))
        person.send()
        assert InboundDelivery.objects.get().state == "doubtful"
    assert InboundDelivery.objects.get().envelope["door"] == "portal"


def test_a_draft_left_alone_is_shown_to_nobody(world: World, person: Person) -> None:
    """The next at a library's computer; whoever still has the page before her loses nothing."""
    with clock.frozen(clock.now()) as now:
        person.begin()
        person.post("tipo", type="claim")
        person.post("servicio", service="")
        person.post("texto", text=TEXT)
        mark = re.search(r'name="borrador" value="(\w+)"', person.page("archivos"))
        assert mark is not None
        now.advance(timedelta(hours=2, seconds=1))
        assert person.get("texto")["Location"] == f"{NEW}?vencida"
        assert "Tenés una solicitud sin terminar" not in person.page()
        assert person.post("archivos", borrador=mark[1])["Location"] == f"{NEW}respuesta/"
        assert TEXT in person.page("texto")


def test_an_answer_to_a_lost_session_begins_anew_with_it(world: World, person: Person) -> None:
    answer = person.post("texto", text="Todo lo que escribí")
    assert answer.status_code == 302
    person.post("tipo", type="claim")
    person.post("servicio", service="")
    assert "Todo lo que escribí" in person.page("texto")


def test_a_receipt_is_shown_for_a_while(world: World, person: Person) -> None:
    person.begin().answer_all()
    person.send()
    assert person.receipt().status_code == 200
    with clock.frozen(clock.now() + timedelta(hours=2, seconds=1)):
        assert person.receipt()["Location"] == NEW


def test_leaving_a_shared_computer_leaves_nothing(world: World, person: Person) -> None:
    person.begin().answer_all()
    person.send()
    person.begin().post("tipo", type="claim")
    code = Case.objects.get().code
    person.client.post(f"{NEW}olvidar/", {"todo": "1"})
    assert person.receipt()["Location"] == NEW
    assert person.get("tipo")["Location"] == f"{NEW}?vencida"
    assert TEXT not in person.client.get(f"/solicitudes/{code}/", follow=True).content.decode()


def test_beginning_again_drops_the_files(world: World, person: Person) -> None:
    person.begin().answer_all(files=(("factura.pdf", PDF),))
    assert "Tenés una solicitud sin terminar" in person.page()
    person.begin()
    assert stored_files() == []
    assert TEXT not in person.page("tipo")


def test_addresses_answer_beforehand(world: World, person: Person) -> None:
    page = person.client.get(NEW, {"tipo": "queja", "servicio": "alumbrado"}).content.decode()
    assert 'name="tipo" value="queja"' in page
    person.begin(tipo="queja", servicio="alumbrado")
    assert re.search(r'value="complaint"[^>]* checked', person.page("tipo"))


def test_nothing_of_hers_stays_in_a_cache(world: World, person: Person) -> None:
    person.begin()
    for answer in (person.get(), person.get("tipo"), person.post("tipo")):
        assert "no-store" in answer["Cache-Control"]


def test_reading_the_first_page_makes_no_session(world: World, person: Person) -> None:
    person.get()
    assert settings.SESSION_COOKIE_NAME not in person.client.cookies


def test_uploads_and_sending_are_limited_by_address(world: World, person: Person) -> None:
    person.begin().answer_all()
    said = {"accepts": "on", "notice": person.notice()}
    draft = person.client.session["citizen_request"]
    states = []
    for _time in range(21):
        store = person.client.session
        store["citizen_request"] = draft
        store.save()
        states.append(person.post("revisar", **said).status_code)
    assert states == [303] * 20 + [429]
    assert person.client.session["citizen_request"]["answers"]["text"] == TEXT
