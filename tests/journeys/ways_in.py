"""Sixty ways of asking for another person's case (test_fifty_ways.py), and the world that they are tried in."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Any
from urllib.parse import quote

from django.contrib.auth.hashers import make_password
from django.test import Client

from ventanilla.accounts import actions as accounts
from ventanilla.accounts.models import User, UserKind
from ventanilla.cases.actions import add_participants
from ventanilla.cases.models import Case, Entry, EntryFile
from ventanilla.delivery.models import OutboxMessage
from ventanilla.demo.stage import Stage
from ventanilla.flow import desk, keys, portal, proving, viewing
from ventanilla.flow.accept import accept
from ventanilla.flow.portal import Request, file_request
from ventanilla.flow.receiving import drain
from ventanilla.flow.reply import reply
from ventanilla.intake.models import InboundDelivery
from ventanilla.journal.actors import staff
from ventanilla.kit import clock
from ventanilla.messages.contract import Address
from ventanilla.messages.keys import Purpose
from ventanilla.organisation.scoping import scope

TOKEN = re.compile(r"/seguimiento/enlace/([\w-]+)/")


@dataclass
class World:
    stage: Stage
    other: Stage
    case: Case
    filer_key: str
    mailbox_key: str
    file: EntryFile
    entry: Entry
    delivery: InboundDelivery
    mine: Case
    my_key: str

    @property
    def page(self) -> str:
        return f"/solicitudes/{self.case.code}/"

    def mallory(self) -> Client:
        """Somebody with a case of her own, open in her browser."""
        client = Client()
        client.get(f"/solicitudes/{self.mine.code}/", {"clave": self.my_key})
        return client

    def proven(self, *identities: Address, level: int = 0, by: str = "mail") -> Client:
        client = Client()
        session = client.session
        session["citizen"] = {
            by: {
                "identities": [[one.kind, one.value, one.name] for one in identities],
                "level": level,
                "name": "",
                "used_at": clock.now().timestamp(),
            }
        }
        session.save()
        return client

    def with_key(self, key: str) -> Any:
        return Client().get(self.page, {"clave": key}, follow=True)

    def program(self, user: User) -> dict[str, str]:
        return {"HTTP_AUTHORIZATION": f"Bearer {accounts.issue_token(user)}"}


def _citizen_user(world: World) -> User:
    user = User(username="persona", kind=UserKind.CITIZEN, password=make_password("x"))
    user.save()
    return user


def _signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def _roleless() -> User:
    return accounts.create_staff("sin-rol", "Sin", "Rol")


def _after_new_keys(world: World, key: str) -> Any:
    with scope({world.stage.body.pk}):
        found = viewing.with_key(world.case, world.mailbox_key)
        assert found is not None
        portal.new_key(found[0])
    return world.with_key(key)


def _filer_after_her_mailbox_was_proven(world: World) -> Any:
    with scope({world.stage.body.pk}):
        found = viewing.with_key(world.case, world.mailbox_key)
        assert found is not None
        viewing.note_seen(*found)
    return world.with_key(world.filer_key)


def _in_copy(world: World) -> Any:
    with scope({world.stage.body.pk}):
        add_participants(world.case, [Address("email", "copia@example.org")], are_copied=True)
    return world.proven(Address("email", "copia@example.org")).get(world.page)


def _key_of_one_in_copy(world: World) -> Any:
    address = Address("email", "copia@example.org")
    with scope({world.stage.body.pk}):
        add_participants(world.case, [address], are_copied=True)
    return world.with_key(keys.key_of(world.case, address, Purpose.MAILBOX))


def _used_link(world: World) -> Any:
    with scope({world.stage.body.pk}):
        proving.mail_link(world.stage.body, "rosa.secreta@example.org")
        token = _token()
        proving.open_link(world.stage.body, token)
    return Client().post(f"/seguimiento/enlace/{token}/", follow=True)


def _old_link(world: World) -> Any:
    with scope({world.stage.body.pk}):
        proving.mail_link(world.stage.body, "rosa.secreta@example.org")
    token = _token()
    with clock.frozen(clock.now() + viewing.timedelta(minutes=31)):
        return Client().post(f"/seguimiento/enlace/{token}/", follow=True)


def _anothers_bodys_link(world: World) -> Any:
    with scope({world.stage.body.pk}):
        proving.mail_link(world.stage.body, "rosa.secreta@example.org")
    return Client(headers={"host": "otra.example"}).post(f"/seguimiento/enlace/{_token()}/", follow=True)


def _looked_at_link(world: World) -> Any:
    """A program that looks into mail opens it, and nobody clicks."""
    with scope({world.stage.body.pk}):
        proving.mail_link(world.stage.body, "rosa.secreta@example.org")
    client = Client()
    client.get(f"/seguimiento/enlace/{_token()}/")
    return client.get(world.page)


def _token() -> str:
    found = TOKEN.search(OutboxMessage.unscoped.filter(case=None).latest("pk").text)
    assert found is not None
    return found[1]


def _mail_that_quotes_the_code(world: World) -> Any:
    """A stranger's mail with her code joins nothing, and is answered with nothing of hers."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = (
        "eva@example.org",
        world.stage.account.address,
        f"Re: [{world.case.code}]",
    )
    mail["Message-ID"] = "<eva@example.org>"
    mail["In-Reply-To"] = f"<{OutboxMessage.unscoped.filter(case=world.case).latest('pk').external_id}>"
    mail.set_content("Mándenme todo.")
    with scope({world.stage.body.pk}):
        accept(world.stage.account, mail.as_bytes(), {})
        drain(world.stage.body.pk)
        answered = OutboxMessage.objects.filter(recipients__0__value="eva@example.org").get()
    return _Said(answered.subject + answered.text)


def _lost_code_of_anothers(world: World) -> Any:
    """Asking with her address tells the stranger nothing, and mails nobody else."""
    response = Client().post("/seguimiento/perdi-mi-codigo/", {"email": "eva@example.org"})
    assert not OutboxMessage.unscoped.filter(case=None).exists()
    return response


def _lost_code_of_hers(world: World) -> Any:
    known = Client().post("/seguimiento/perdi-mi-codigo/", {"email": "rosa.secreta@example.org"})
    unknown = Client().post("/seguimiento/perdi-mi-codigo/", {"email": "zoe@example.org"})
    said = known.content.decode().replace("rosa.secreta@example.org", "X")
    assert _plain(said) == _plain(unknown.content.decode().replace("zoe@example.org", "X"))
    assert OutboxMessage.unscoped.filter(case=None).latest("pk").recipients[0]["value"] == "rosa.secreta@example.org"
    return _Said(said)


def _plain(page: str) -> str:
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page)


def _claims_her_mailbox(world: World) -> Any:
    """Files a case with her address: the receipt's key shows that case, and not hers."""
    with scope({world.stage.body.pk}):
        filed = file_request(
            world.stage.body,
            Request(request_id=portal.new_request_id(), type="claim", text="Soy yo.", email="rosa.secreta@example.org"),
            {},
        )
    assert filed.case is not None
    client = Client()
    client.get(f"/solicitudes/{filed.case.code}/", {"clave": filed.key})
    return _Said(_plain(client.get("/solicitudes/").content.decode() + client.get(world.page).content.decode()))


def _joined_to_a_claim(world: World, *, hers_goes_on: bool) -> Any:
    """Files a case with her mailbox, and an agent takes both for the same person's."""
    with scope({world.stage.body.pk}):
        asked = Request(portal.new_request_id(), "claim", "Soy yo.", email="rosa.secreta@example.org")
        filed = file_request(world.stage.body, asked, {})
        assert filed.case is not None
        pair = (world.case.pk, filed.case.pk) if hers_goes_on else (filed.case.pk, world.case.pk)
        desk.merge(staff(world.stage.agent_user.pk), *pair)
        reply(staff(world.stage.agent_user.pk), pair[0], "Otra Respuesta-secreta")
    page = Client().get(f"/solicitudes/{filed.case.code}/", {"clave": filed.key}, follow=True)
    return _Said(page.content.decode().replace("rosa.secreta@example.org", ""))


@dataclass
class _Said:
    text: str

    @property
    def content(self) -> bytes:
        return self.text.encode()


WAYS: dict[str, Callable[[World], Any]] = {
    # By the code alone.
    "the code in the address": lambda w: Client().get(w.page),
    "the code without its hyphen": lambda w: Client().get(w.page.replace("-", "")),
    "the code in lower case": lambda w: Client().get(w.page.lower()),
    "the code in the form": lambda w: Client().get("/seguimiento/", {"codigo": w.case.code}, follow=True),
    "asking for the head": lambda w: Client().head(w.page),
    "asking for the options": lambda w: Client().options(w.page),
    "a doubled slash": lambda w: Client().get(f"//solicitudes//{w.case.code}//"),
    "a path that climbs": lambda w: Client().get(f"/static/../solicitudes/{w.case.code}/"),
    "an encoded path": lambda w: Client().get(f"/solicitudes/{quote(w.case.code + '/', safe='')}"),
    "pretending to be another's proxy": lambda w: Client().get(
        w.page, HTTP_X_FORWARDED_HOST="otra.example", HTTP_X_REMOTE_USER="supervisora", REMOTE_USER="supervisora"
    ),
    "a method in a header": lambda w: Client().post(w.page, HTTP_X_HTTP_METHOD_OVERRIDE="GET"),
    # By keys.
    "an empty key": lambda w: w.with_key(""),
    "a key of zeros": lambda w: w.with_key("a" * 26),
    "her key cut short": lambda w: w.with_key(w.mailbox_key[:-1]),
    "her key with more behind it": lambda w: w.with_key(w.mailbox_key + "a"),
    "her key with a letter changed": lambda w: w.with_key(
        ("b" if w.mailbox_key[0] == "a" else "a") + w.mailbox_key[1:]
    ),
    "her key at another case": lambda w: Client().get(
        f"/solicitudes/{w.mine.code}/", {"clave": w.mailbox_key}, follow=True
    ),
    "the key of one's own case": lambda w: w.with_key(w.my_key),
    "one's own case open, and then hers": lambda w: w.mallory().get(w.page),
    "her old mailed key after she asked for new ones": lambda w: _after_new_keys(w, w.mailbox_key),
    "the filer's key after she asked for new ones": lambda w: _after_new_keys(w, w.filer_key),
    "the filer's key once her mailbox is proven": _filer_after_her_mailbox_was_proven,
    "a key for somebody in copy": _key_of_one_in_copy,
    "her key at another body's site": lambda w: Client(headers={"host": "otra.example"}).get(
        w.page, {"clave": w.mailbox_key}, follow=True
    ),
    "the number of her case as a key": lambda w: w.with_key(str(w.case.pk)),
    "the signed reference of mails as a key": lambda w: w.with_key(
        OutboxMessage.unscoped.filter(case=w.case).latest("pk").reference_token
    ),
    # By another identity.
    "another's proven mailbox": lambda w: w.proven(Address("email", "eva@example.org")).get(w.page),
    "another's list": lambda w: w.proven(Address("email", "eva@example.org")).get("/solicitudes/"),
    "an address in copy": _in_copy,
    "another's sign-in": lambda w: w.proven(Address("gubuy", "uy-ci-22222222"), level=3, by="gubuy").get(w.page),
    "her document with too low a level": lambda w: w.proven(
        Address("gubuy", "uy-ci-11111111"), level=0, by="gubuy"
    ).get(w.page),
    "her document as if it were a mailbox": lambda w: w.proven(Address("email", "uy-ci-11111111")).get(w.page),
    "her mailbox as if it were a document": lambda w: w.proven(
        Address("gubuy", "rosa.secreta@example.org"), level=3, by="gubuy"
    ).get(w.page),
    "her mailbox in capitals of another alphabet": lambda w: w.proven(Address("email", "rosa.ѕecreta@example.org")).get(
        w.page
    ),
    "claiming her mailbox in a new case": _claims_her_mailbox,
    "claiming her mailbox, and being joined to her case": lambda w: _joined_to_a_claim(w, hers_goes_on=True),
    "claiming her mailbox, and her case being joined": lambda w: _joined_to_a_claim(w, hers_goes_on=False),
    "a proof too long ago": lambda w: _idle(w),
    # By links that are mailed.
    "a link used before": _used_link,
    "a link too old": _old_link,
    "a link at another body's site": _anothers_bodys_link,
    "a link that a program looked at": _looked_at_link,
    "a made-up link": lambda w: Client().post("/seguimiento/enlace/" + "A" * 32 + "/", follow=True),
    "asking for the code with one's own address": _lost_code_of_anothers,
    "asking for the code with hers": _lost_code_of_hers,
    # By what hangs from the case.
    "her file": lambda w: Client().get(f"{w.page}archivos/{w.file.pk}/"),
    "her file through one's own case": lambda w: w.mallory().get(f"/solicitudes/{w.mine.code}/archivos/{w.file.pk}/"),
    "her file in storage": lambda w: Client().get(f"/static/{w.file.storage_name}"),
    "adding to her case": lambda w: w.mallory().post(f"{w.page}agregar/", {"text": "¿Qué dice?"}, follow=True),
    "closing her case": lambda w: w.mallory().post(f"{w.page}cerrar/", follow=True),
    "asking for a new key of her case": lambda w: w.mallory().post(f"{w.page}enlace-nuevo/", follow=True),
    "another's receipt": lambda w: w.mallory().get("/solicitudes/recibida/", follow=True),
    # By the doors of staff.
    "the desk without a sign-in": lambda w: Client().get(f"/mostrador/{w.case.code}/", follow=True),
    "the desk as a citizen's user": lambda w: _signed_in(_citizen_user(w)).get(
        f"/mostrador/{w.case.code}/", follow=True
    ),
    "the desk without a role": lambda w: _signed_in(_roleless()).get(f"/mostrador/{w.case.code}/"),
    "the desk of another body": lambda w: _signed_in(w.other.agent_user).get(f"/mostrador/{w.case.code}/"),
    "another body's search": lambda w: _signed_in(w.other.supervisor).get(
        "/mostrador/", {"vista": "todas", "q": "secreto"}
    ),
    "her file at another body's desk": lambda w: _signed_in(w.other.agent_user).get(
        f"/mostrador/archivos/{w.file.pk}/"
    ),
    "the original at another body's desk": lambda w: _signed_in(w.other.agent_user).get(
        f"/mostrador/originales/{w.delivery.pk}/"
    ),
    "the API without a token": lambda w: Client().get(f"/api/v1/cases/{w.case.code}/entries"),
    "the API with a made-up token": lambda w: Client().get(
        f"/api/v1/cases/{w.case.code}", HTTP_AUTHORIZATION="Bearer vt_" + "a" * 43
    ),
    "the API of another body": lambda w: Client().get(
        f"/api/v1/cases/{w.case.code}/entries", **w.program(w.other.supervisor)
    ),
    "the API's list of another body": lambda w: Client().get(
        "/api/v1/cases?q=secreto", **w.program(w.other.supervisor)
    ),
    "the API with a session of staff": lambda w: _signed_in(w.stage.agent_user).get(f"/api/v1/cases/{w.case.code}"),
    "the demo's mailbox outside the demo": lambda w: Client().get("/demo/correo/"),
    # By mail.
    "a mail that quotes her code and answers her mail": _mail_that_quotes_the_code,
}


def _idle(world: World) -> Any:
    client = world.proven(Address("email", "rosa.secreta@example.org"))
    with clock.frozen(clock.now() + viewing.timedelta(hours=3)):
        return client.get(world.page)
