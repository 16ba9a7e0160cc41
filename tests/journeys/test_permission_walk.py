"""Every address and every call of the API, opened by every role and by none, against the one table (accounts.rules).

An address that does not say who may open it (accounts.doors) fails the first test.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, get_resolver, reverse

from ventanilla.accounts import actions as accounts
from ventanilla.accounts.doors import Demand, demand_of
from ventanilla.accounts.models import Role, User, UserKind
from ventanilla.accounts.rules import RIGHTS, Right
from ventanilla.api.v1.document import api
from ventanilla.cases import queries as cases
from ventanilla.contacts.actions import identify
from ventanilla.delivery import queries as delivery
from ventanilla.demo.post import case_of, deliver, letter
from ventanilla.demo.stage import Stage, build_stage
from ventanilla.flow import bulk, incidents, referrals
from ventanilla.flow import desk as line
from ventanilla.flow.bulk_rules import Kind, Wish
from ventanilla.intake.models import InboundDelivery
from ventanilla.journal.actors import staff
from ventanilla.messages.contract import Address
from ventanilla.organisation.queries import unit
from ventanilla.organisation.scoping import scope
from ventanilla.workforce import actions as training

MAIL_WITH_FILE = b"""From: Rosa <rosa@example.org>
To: consultas@ejemplo.gub.uy
Subject: Con archivo
Message-ID: <con-archivo@example.org>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=b

--b
Content-Type: text/html; charset=utf-8

<p>Va el <b>recibo</b>.</p>
--b
Content-Type: text/plain; name=recibo.txt
Content-Disposition: attachment; filename=recibo.txt

recibo
--b--
"""


@dataclass(frozen=True)
class Door:
    """One address and method. `has_object` when it names something of the body on the stage."""

    name: str
    path: str
    method: str
    demand: Demand | None
    has_object: bool
    data: dict[str, Any] = field(default_factory=dict)
    is_api: bool = False


def patterns(resolver: Any, names: tuple[str, ...] = ()) -> Iterator[tuple[str, URLPattern]]:
    for one in resolver.url_patterns:
        if isinstance(one, URLPattern):
            yield ":".join([*names, one.name or str(one.pattern)]), one
        else:
            yield from patterns(one, (*names, one.namespace) if one.namespace else names)


def operations() -> Iterator[tuple[str, Any]]:
    """Each operation of the API with the name of its address; what stands at one address shares its names."""
    for _prefix, router in api._routers:
        for path_view in router.path_operations.values():
            for named in path_view.operations:
                yield from ((f"api-1:{named.view_func.__name__}", one) for one in path_view.operations)


def test_every_address_says_who_may_open_it() -> None:
    operation_names = {name for name, _one in operations()}
    silent = [
        name
        for name, pattern in patterns(get_resolver())
        if name not in operation_names and demand_of(pattern.callback, name) is None
    ]
    silent += [name for name, one in operations() if demand_of(one.view_func) is None]
    assert silent == [], "declare who may open it (accounts.doors): demands, signed_in, or public with a reason"


def test_whatever_is_public_says_why() -> None:
    for name, pattern in patterns(get_resolver()):
        demand = demand_of(pattern.callback, name)
        assert demand is None or demand.right or demand.reason, name


@dataclass
class Things:
    """What addresses name, each of the body on the stage."""

    by_url: dict[str, dict[str, Any]]
    by_argument: dict[str, Any]
    data: dict[str, dict[str, Any]]


@pytest.fixture
def things(stage: Stage) -> Things:
    case = case_of(deliver(stage, letter("rosa@example.org", "Libreta", "¿Cuándo abren?")))
    other = case_of(deliver(stage, letter("otra@example.org", "Poda", "Hay un árbol caído")))
    with_file = case_of(deliver(stage, MAIL_WITH_FILE))
    said = next(one for one in cases.timeline(with_file.pk) if one.direction == "in")
    file = cases.files_of(said.pk)[0]
    actor = staff(stage.supervisor.pk)
    line.return_to_queue(actor, case.pk)  # an agent hands over what nobody has, never a colleague's
    link = line.link(actor, case.pk, other.pk)
    answered = next(one for one in cases.timeline(case.pk) if one.direction == "out")
    message = delivery.of_entries([answered.pk])[answered.pk]
    unread = deliver(stage, b"\x00" * 50, mail_from="")
    assert unread.state == "quarantined"
    quarantined = InboundDelivery.objects.get(state="quarantined")
    deliver(stage, b"\x00" * 60, mail_from="")
    doubtful = InboundDelivery.objects.exclude(pk=quarantined.pk).get(state="quarantined")
    InboundDelivery.objects.filter(pk=doubtful.pk).update(state="doubtful", doubt={"sender": "x@example.org"})
    body_id = stage.body.pk
    first, second, third = identify(
        body_id, [Address("email", f"{name}@example.org") for name in ("uno", "dos", "tres")]
    )
    merge = line.merge_contacts(actor, second.pk, third.pk)
    transit = unit("transito")
    assert transit is not None
    referral = referrals.refer(actor, case.pk, "¿Qué pasa con esto?", unit_id=transit.pk)
    incident = incidents.open_incident(actor, body_id, "Semáforos apagados", "")
    batch = bulk.ask(actor, [other.pk], Wish(Kind.LINK, incident_id=incident.pk))
    course = training.load_starters(stage.body)[0]
    run = training.start_run(stage.agent, course)
    return Things(
        by_url={
            "desk:original": {"delivery_id": said.delivery_id},
            "desk:doubtful_detail": {"delivery_id": doubtful.pk},
            "desk:attend_doubtful": {"delivery_id": doubtful.pk},
            "desk:block_doubtful": {"delivery_id": doubtful.pk},
            "desk:discard_doubtful": {"delivery_id": doubtful.pk},
        },
        by_argument={
            "code": case.code,
            "delivery_id": quarantined.pk,
            "message_id": message.pk,
            "file_id": file.pk,
            "entry_id": said.pk,
            "contact_id": first.pk,
            "merge_id": merge.pk,
            "link_id": link.pk,
            "referral_id": referral.pk,
            "incident_id": incident.pk,
            "agent_id": stage.agent.pk,
            "batch_id": batch.pk,
            "course_id": course.pk,
            "run_id": run.pk,
            "number": 1,
            "job_id": 1,
            "notice_id": 1,
            "kind": "note",
            "account": stage.account.address,
            "object_id": "0",
            "id": "1",
            "content_type_id": "1",
            "app_label": "accounts",
            "uidb36": "1",
            "key": "x",
            "pk": 1,
            "slug": "tipo",
            "token": "x",
            "url": "nada",
        },
        data={
            "desk:undo_contact_merge": {"contacto": str(second.pk)},
            "api-1:create_reply": {"text": "Hola"},
            "api-1:create_note": {"text": "Hola"},
            "api-1:assign": {"team": stage.team.slug},
        },
    )


OBJECTLESS = {
    "job_id",
    "notice_id",
    "run_id",
    "number",
    "object_id",
    "id",
    "content_type_id",
    "app_label",
    "uidb36",
    "key",
    "pk",
    "slug",
    "token",
    "url",
}
"""Arguments that name nothing of the body."""


def doors(things: Things) -> Iterator[Door]:
    """Pages once by GET and once by POST; calls of the API by their own method."""
    of_api: dict[str, list[Any]] = {}
    for name, one in operations():
        of_api.setdefault(name, []).append(one)
    for name, pattern in patterns(get_resolver()):
        arguments = {key: things.by_url.get(name, things.by_argument).get(key, things.by_argument.get(key))
                     for key in pattern.pattern.regex.groupindex}  # fmt: skip
        assert None not in arguments.values(), f"say in `things` what {name} names: {arguments}"
        try:
            path = reverse(name, kwargs=arguments)
        except NoReverseMatch:
            continue  # what stands behind every other address, to say that there is nothing
        has_object = bool(set(arguments) - OBJECTLESS)
        data = things.data.get(name, {})
        if name in of_api:
            for one in of_api[name]:
                for method in one.methods:
                    yield Door(name, path, method, demand_of(one.view_func), has_object, data, is_api=True)
        else:
            demand = demand_of(pattern.callback, name)
            yield Door(name, path, "GET", demand, has_object)
            yield Door(name, path, "POST", demand, has_object, data)


@dataclass
class Person:
    """`client` is her browser, `headers` what her programs send; `rights` what the table says of her."""

    client: Client
    headers: dict[str, str]
    rights: frozenset[Right]
    is_signed_in: bool = True
    is_stranger: bool = False


PEOPLE = [*Role.values, "without role", "citizen", "inactive", "nobody", "stranger"]


def person(who: str, stage: Stage) -> Person:
    client = Client()
    if who == "nobody":
        return Person(client, {}, frozenset(), is_signed_in=False)
    user = accounts.create_staff("quien", "Qui", "En", password="una-clave-cualquiera")
    rights: frozenset[Right] = frozenset()
    if who in Role.values or who == "inactive":
        role = who if who in Role.values else "agent"
        accounts.give_role(user, stage.body, role)
        rights = RIGHTS[role]
    if who == "stranger":
        other = build_stage("otro", "otro.gub.uy", "otro-")
        for role in Role.values:
            accounts.give_role(user, other.body, role)
        rights = frozenset(Right)
    token = accounts.issue_token(user)
    client.force_login(user)
    if who == "citizen":
        User.objects.filter(pk=user.pk).update(kind=UserKind.CITIZEN)
    if who == "inactive":
        User.objects.filter(pk=user.pk).update(is_active=False)
        rights = frozenset()
    return Person(
        client, {"Authorization": f"Bearer {token}"}, rights, who != "inactive", is_stranger=who == "stranger"
    )


def open_door(door: Door, person: Person) -> Any:
    """Knock, and leave everything as it was."""
    with transaction.atomic():
        if door.is_api:
            kind = "application/octet-stream" if door.name == "api-1:deliver" else "application/json"
            content = letter("x@example.org", "A", "B") if door.name == "api-1:deliver" else door.data
            answer = person.client.generic(
                door.method, door.path, _json(content), content_type=kind, headers=person.headers
            )
        else:
            answer = getattr(person.client, door.method.lower())(door.path, door.data or None)
        transaction.set_rollback(True)
    return answer


def _json(content: Any) -> Any:
    return content if isinstance(content, bytes) else json.dumps(content) if content else ""


def is_refused(answer: Any) -> bool:
    return answer.status_code in (401, 403, 404) or (
        answer.status_code in (301, 302) and answer["Location"].startswith(("/ingresar/", "/configuracion/login/"))
    )


def is_closed_to_all(door: Door) -> bool:
    """The administration has addresses to add and delete for every table, and shuts those that nobody may use."""
    return door.name.startswith("admin:") and not door.name.endswith(("_changelist", ":index"))


@pytest.mark.parametrize("who", PEOPLE)
def test_every_door_opens_as_the_table_says(stage: Stage, things: Things, settings: Any, who: str) -> None:
    settings.SECOND_FACTOR = "nobody"
    person_ = person(who, stage)
    wrong, opened = [], 0
    with scope(frozenset()):
        for door in doors(things):
            demand = door.demand
            assert demand is not None, door.name
            if demand.right is None:
                continue
            expected = demand.right in person_.rights and not (person_.is_stranger and door.has_object)
            answer = open_door(door, person_)
            if answer.status_code == 405:
                continue
            assert answer.status_code < 500, (door, answer.status_code)
            opened += 1
            if expected and is_closed_to_all(door):
                continue
            if is_refused(answer) == expected:
                wrong.append((door.name, door.method, answer.status_code, f"table: {'open' if expected else 'shut'}"))
    assert wrong == []
    assert opened > 100


@pytest.mark.parametrize("who", ["nobody", "agent", "citizen"])
def test_what_needs_no_right_opens(stage: Stage, things: Things, settings: Any, who: str) -> None:
    """Public pages answer everybody; one's own sign-in opens to whoever is signed in."""
    settings.SECOND_FACTOR = "nobody"
    person_ = person(who, stage)
    with scope(frozenset()):
        for door in doors(things):
            demand = door.demand
            if demand is None or demand.right is not None or door.method != "GET":
                continue
            answer = open_door(door, person_)
            assert answer.status_code < 500, door
            if demand.is_signed_in and not person_.is_signed_in and answer.status_code != 405:
                assert is_refused(answer), door
            elif not demand.is_signed_in:
                assert answer.status_code != 401, door
