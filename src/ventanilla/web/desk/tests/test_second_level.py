"""The second level at the desk: who is offered what, and whose referral is whose."""

from typing import Any

import pytest

from ventanilla.accounts.actions import create_staff, give_role
from ventanilla.flow import referrals
from ventanilla.journal.actors import staff
from ventanilla.organisation.actions import create_body, create_other_body, create_unit
from ventanilla.organisation.scoping import scope
from ventanilla.routing import queries as routing
from ventanilla.web.desk.tests.conftest import Person, World, mail

QUERIES = 15
QUESTION, ANSWER = "¿Prescribió la multa?", "Sí, prescribió en noviembre."


@pytest.fixture
def unit(world: World) -> Any:
    with scope({world.body.pk}):
        return create_unit(world.body, "juridica", "Jurídica")


@pytest.fixture
def referent(world: World, unit: Any, client: Any) -> Person:
    user = create_staff("referente", "Raúl", "Bentancor")
    with scope({world.body.pk}):
        give_role(user, world.body, "referent", unit)
    client.force_login(user)
    return Person(user, client)


def refer(world: World, case: Any, unit: Any, by: Person | None = None) -> Any:
    with scope({world.body.pk}):
        return referrals.refer(staff((by or world.agent).user.pk), case.pk, QUESTION, unit_id=unit.pk)


def answer(world: World, referral: Any, by: Person, text: str = ANSWER) -> None:
    with scope({world.body.pk}):
        referrals.answer_referral(staff(by.user.pk), referral.pk, text)


def codes(page: Any) -> list[str]:
    return [line.row.code for line in page.context["lines"]]


def test_each_sees_in_derivadas_what_is_hers(world: World, unit: Any, referent: Person) -> None:
    asked, mine_alone = world.receive(mail("Uno")), world.receive(mail("Dos", sender="otra@example.com"))
    refer(world, asked, unit)
    view = "/mostrador/?vista=derivadas"
    assert codes(referent.client.get("/mostrador/")) == [asked.code], "a unit begins with what it is asked"
    assert codes(world.agent.client.get(view)) == [asked.code]
    assert codes(world.supervisor.client.get(view)) == [asked.code]
    assert codes(world.colleague.client.get(view)) == [], "it is not hers, nor her team's to answer"
    assert referent.client.get(f"/mostrador/{mine_alone.code}/").status_code == 404
    assert "Derivada a Jurídica" in world.agent.client.get("/mostrador/?vista=todas").text


def test_the_lists_cost_no_more_queries(
    world: World, unit: Any, referent: Person, django_assert_max_num_queries: Any
) -> None:
    found = [world.receive(mail(f"N{n}", sender=f"p{n}@example.com", subject=f"Asunto {n}")) for n in range(5)]
    for case in found:
        refer(world, case, unit)
    for person in (referent, world.agent, world.supervisor):
        person.client.get("/mostrador/")  # once a minute a page writes down that its reader is there: one more
        for address in ("?vista=derivadas", "?vista=todas", "?vista=busqueda&q=asunto"):
            with django_assert_max_num_queries(QUERIES):
                assert person.client.get(f"/mostrador/{address}").status_code == 200, address


def test_a_referral_is_answered_at_its_own_case_alone(world: World, unit: Any, referent: Person) -> None:
    case, other = world.receive(mail("Uno")), world.receive(mail("Dos", sender="otra@example.com"))
    referral = refer(world, case, unit)
    path = f"derivar/{referral.pk}/responder/"
    assert world.agent.client.get(f"/mostrador/{other.code}/{path}").status_code == 404
    assert world.quality.client.get(f"/mostrador/{case.code}/{path}").status_code == 403
    assert world.stranger.client.get(f"/mostrador/{case.code}/{path}").status_code == 404
    assert referent.client.post(f"/mostrador/{case.code}/{path}", {"text": ""}).status_code == 422
    forged = {"text": ANSWER, "then": "close"}
    assert referent.client.post(f"/mostrador/{case.code}/{path}", forged).status_code == 302
    assert not [one for one in world.timeline(case) if one.direction == "out" and one.author_id]
    assert world.case(case.code).state == "open", "where the centre answers, no form lets the unit do it"


def test_the_answer_is_put_below_what_was_begun_and_only_of_this_case(
    world: World, unit: Any, referent: Person
) -> None:
    case, other = world.receive(mail("Uno")), world.receive(mail("Dos", sender="otra@example.com"))
    referral = refer(world, case, unit)
    answer(world, referral, referent)
    world.agent.client.post(f"/mostrador/{case.code}/borrador/reply/", {"draft": "Hola, Lucía:"})
    page = world.agent.client.get(f"/mostrador/{case.code}/?usar={referral.pk}")
    assert page.context["reply_form"]["text"].value() == f"Hola, Lucía:\n\n{ANSWER}"
    stolen = world.agent.client.get(f"/mostrador/{other.code}/?usar={referral.pk}")
    assert ANSWER not in stolen.text
    assert world.agent.client.get(f"/mostrador/{case.code}/?usar=99999999999999999999").status_code == 200


def test_whoever_is_asked_for_the_centre_begins_with_a_note(world: World, unit: Any, referent: Person) -> None:
    case = world.receive(mail("Uno"))
    refer(world, case, unit)
    assert referent.client.get(f"/mostrador/{case.code}/").context["mode"] == "note"
    assert referent.client.get(f"/mostrador/{case.code}/?modo=").context["mode"] == "reply", "if she asks for it"
    assert world.agent.client.get(f"/mostrador/{case.code}/").context["mode"] == "reply"


def test_one_may_take_it_back(world: World, unit: Any, referent: Person) -> None:
    case = world.receive(mail("Uno"))
    referral = refer(world, case, unit)
    path = f"/mostrador/{case.code}/derivar/{referral.pk}/retirar/"
    assert world.agent.client.get(path).status_code == 405
    assert world.agent.client.post(path).status_code == 302
    with scope({world.body.pk}):
        assert routing.open_referral(case.pk) is None
    assert "Se retiró la derivación a Jurídica." in world.agent.client.get(f"/mostrador/{case.code}/").text
    assert referent.client.get(f"/mostrador/{case.code}/").status_code == 200, "it was shown to her once"


def test_units_and_bodies_of_elsewhere_are_refused(world: World) -> None:
    case = world.receive(mail("Uno"))
    elsewhere = create_body("lejos", "Lejos")
    with scope({elsewhere.pk}):
        foreign = create_unit(elsewhere, "x", "Unidad ajena")
        guide = create_other_body(elsewhere, "Organismo ajeno")
    page = world.agent.client.get(f"/mostrador/{case.code}/derivar/")
    assert "Unidad ajena" not in page.text
    for whom in (f"unit:{foreign.pk}", f"body:{world.body.pk}", "body:999999", "unit:x", "nadie"):
        sent = world.agent.client.post(f"/mostrador/{case.code}/derivar/", {"whom": whom, "question": QUESTION})
        assert sent.status_code == 422, whom
    assert world.agent.client.get(f"/mostrador/{case.code}/no-corresponde/?organismo={guide.pk}").status_code == 404
    assert "Organismo ajeno" not in world.agent.client.get(f"/mostrador/{case.code}/no-corresponde/").text
