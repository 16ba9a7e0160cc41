"""An administrator says who answers and fills the guide; and the ends of what went to another body."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from ventanilla.accounts.actions import create_staff, give_role
from ventanilla.accounts.models import Role
from ventanilla.cases import events
from ventanilla.cases import queries as cases
from ventanilla.cases.models import Case
from ventanilla.demo.post import case_of, deliver, letter
from ventanilla.demo.stage import Stage, build_stage
from ventanilla.flow import desk as line
from ventanilla.flow import referrals
from ventanilla.flow.close import close
from ventanilla.flow.errors import Refused
from ventanilla.flow.reply import reply
from ventanilla.journal.actors import Actor, staff
from ventanilla.kit import clock, storage
from ventanilla.messages.contract import Address
from ventanilla.organisation import queries as bodies
from ventanilla.organisation.scoping import scope
from ventanilla.routing import queries as routing
from ventanilla.worklist import queries as rows

MONDAY = datetime(2026, 11, 23, 13, tzinfo=UTC)
ROSA = "rosa@example.org"
WITH_FILE = (
    f"From: {ROSA}\r\nTo: consultas@ejemplo.gub.uy\r\nSubject: Agua\r\nMessage-ID: <agua@example.org>\r\n"
    "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
    "--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nNo sale agua.\r\n"
    "--b\r\nContent-Type: text/plain; name=r.txt\r\nContent-Disposition: attachment; filename=r.txt\r\n\r\n"
    "recibo\r\n--b--\r\n"
).encode()


@pytest.fixture(autouse=True)
def _moment(settings: Any) -> Iterator[None]:
    settings.SECOND_FACTOR = "nobody"
    with clock.frozen(MONDAY):
        yield


@pytest.fixture
def there(stage: Stage) -> Stage:
    return build_stage("otra", "otra.gub.uy", prefix="otra-")


@pytest.fixture
def agent(stage: Stage) -> Actor:
    return staff(stage.agent_user.pk)


def happened(case: Case) -> list[str]:
    return [one.event for one in cases.timeline(case.pk) if one.kind == "event"]


def test_the_setting_names_both_passages_and_is_kept(stage: Stage, client: Client) -> None:
    user = create_staff("coordinadora", "Ana", "Etchegaray")
    give_role(user, stage.body, Role.ADMINISTRATOR)
    client.force_login(user)
    page = client.get("/configuracion/routing/secondlevel/add/").content.decode()
    assert "Servicio de atención para canales digitales" in page
    assert "Sistema integrado de atención" in page
    fields = {"public_body": stage.body.pk, "answered_by": "unit"}
    assert client.post("/configuracion/routing/secondlevel/add/", fields).status_code == 302
    assert routing.who_answers(stage.body.pk) == "unit"
    assert client.post("/configuracion/routing/secondlevel/add/", fields).status_code == 200, "a body has one"
    assert client.get("/configuracion/routing/secondlevel/").status_code == 200


def test_the_guide_is_kept_and_put_out_of_use(stage: Stage, client: Client) -> None:
    user = create_staff("coordinadora", "Ana", "Etchegaray")
    give_role(user, stage.body, Role.ADMINISTRATOR)
    client.force_login(user)
    fields = {"public_body": stage.body.pk, "name": "Banco de Ejemplo", "purpose": "Pensiones", "is_active": "on"}
    assert client.post("/configuracion/organisation/otherbody/add/", fields).status_code == 302
    (made,) = bodies.other_bodies(stage.body.pk, "pensiones")
    del fields["is_active"]
    assert client.post(f"/configuracion/organisation/otherbody/{made.pk}/change/", fields).status_code == 302
    assert bodies.other_bodies(stage.body.pk) == []
    assert bodies.other_body_names(stage.body.pk) == {made.pk: "Banco de Ejemplo"}, "timelines still name it"


def test_what_others_added_stays_here_and_files_are_copied(stage: Stage, there: Stage, agent: Actor) -> None:
    case = case_of(deliver(stage, WITH_FILE))
    answer = reply(agent, case.pk, "¿En qué calle?", copies=[Address("email", "vecino@example.org")])
    neighbour = letter("vecino@example.org", "Re: Agua", "Yo también.", In_Reply_To=f"<{answer.external_id}>")
    assert case_of(deliver(stage, neighbour)) == case
    mine = letter(ROSA, "Re: Agua", "En Rivera.", In_Reply_To=f"<{answer.external_id}>")
    assert case_of(deliver(stage, mine)) == case
    made = referrals.refer(agent, case.pk, "¿Hay corte?", body_id=there.body.pk).to_case
    assert made is not None
    (ours,) = [file for one in cases.messages(case.pk) for file in cases.files_of(one.pk)]
    with scope({there.body.pk}):
        said = [one for one in cases.messages(made.pk) if one.direction == "in"]
        assert [one.text for one in said] == ["No sale agua.", "En Rivera."]
        (copied,) = cases.files_of(said[0].pk)
        assert copied.storage_name != ours.storage_name
        assert storage.load(copied.storage_name) == storage.load(ours.storage_name)
        assert [one.value for one in cases.participants(made.pk)] == [ROSA]


def test_whoever_left_no_mailbox_is_not_handed_over(stage: Stage, there: Stage, agent: Actor) -> None:
    case = case_of(deliver(stage, letter(ROSA, "Poda", "Un árbol")))
    for one in cases.participants(case.pk):
        type(one).objects.filter(pk=one.pk).update(kind="portal", value="7")
    for entry in cases.messages(case.pk):
        type(entry).objects.filter(pk=entry.pk).update(sender={"kind": "portal", "value": "7", "name": ""})
    with pytest.raises(Refused, match="no dejó un correo"):
        referrals.refer(agent, case.pk, "¿Es de ustedes?", body_id=there.body.pk)
    assert routing.open_referral(case.pk) is None


def test_what_is_taken_back_is_told_to_the_other_body(stage: Stage, there: Stage, agent: Actor) -> None:
    case = case_of(deliver(stage, letter(ROSA, "Poda", "Un árbol")))
    referral = referrals.refer(agent, case.pk, "¿Es de ustedes?", body_id=there.body.pk)
    referrals.withdraw(agent, referral.pk)
    assert referral.to_case
    with scope({there.body.pk}):
        assert happened(referral.to_case)[-1] == events.REFERRAL_WITHDRAWN
        close(staff(there.agent_user.pk), referral.to_case.pk, type="claim", service_id=None, text="Igual lo vemos.")
    assert happened(case) == [events.REFERRED, events.REFERRAL_WITHDRAWN], "nobody waits for that answer any more"


def test_the_answer_comes_back_from_the_case_that_goes_on(stage: Stage, there: Stage, agent: Actor) -> None:
    case = case_of(deliver(stage, letter(ROSA, "Poda", "Un árbol")))
    referral = referrals.refer(agent, case.pk, "¿Es de ustedes?", body_id=there.body.pk)
    assert referral.to_case
    with scope({there.body.pk}):
        actor = staff(there.agent_user.pk)
        kept = case_of(deliver(there, letter(ROSA, "Poda", "Otro", To=there.account.address)))
        line.merge(actor, kept.pk, referral.to_case.pk)
        close(actor, kept.pk, type="claim", service_id=None, text="Va la cuadrilla.")
    assert routing.open_referral(case.pk) is None
    assert happened(case) == [events.REFERRED, events.REFERRAL_ANSWERED]
    row = rows.row(case.pk)
    assert row
    assert row.is_unread


def test_a_case_that_is_out_is_not_joined_to_another(stage: Stage, agent: Actor) -> None:
    case = case_of(deliver(stage, letter(ROSA, "Poda", "Un árbol")))
    other = case_of(deliver(stage, letter(ROSA, "Rama", "Y una rama")))
    unit = bodies.unit("transito")
    assert unit
    referrals.refer(agent, other.pk, "¿Es de ustedes?", unit_id=unit.pk)
    with pytest.raises(Refused, match="está derivada"):
        line.merge(agent, case.pk, other.pk)
    line.merge(agent, other.pk, case.pk)
    assert routing.open_referral(other.pk) is not None
