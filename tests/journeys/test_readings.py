"""Every reading of a case by staff is in the journal, and those who watch over it see who read."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from tests.journeys.test_sight import mail

from ventanilla.accounts import actions as accounts
from ventanilla.accounts.models import Role
from ventanilla.cases import queries as cases
from ventanilla.cases.models import Case
from ventanilla.demo.post import case_of, deliver
from ventanilla.demo.stage import Stage
from ventanilla.flow import desk as line
from ventanilla.flow.reply import note
from ventanilla.journal.actors import staff
from ventanilla.journal.models import Fact
from ventanilla.kit import clock
from ventanilla.organisation.actions import create_body

NOON = datetime(2026, 11, 24, 15, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _moment(settings: Any) -> Iterator[None]:
    settings.SECOND_FACTOR = "nobody"
    with clock.frozen(NOON):
        yield


@pytest.fixture
def case(stage: Stage) -> Case:
    found = case_of(deliver(stage, mail("libreta")))
    line.take(staff(stage.agent_user.pk), found.pk)
    return found


@pytest.fixture
def agent(stage: Stage) -> Client:
    return signed_in(stage.agent_user)


@pytest.fixture
def nosy(stage: Stage) -> Client:
    """In no team of the case, and with the same rights as its agent."""
    user = accounts.create_staff("curioso", "Cu", "Rioso")
    accounts.give_role(user, stage.body, Role.AGENT)
    return signed_in(user)


@pytest.fixture
def quality(stage: Stage) -> Client:
    user = accounts.create_staff("calidad", "Ca", "Lidad")
    accounts.give_role(user, stage.body, Role.QUALITY)
    return signed_in(user)


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def read(case: Case | None = None) -> list[tuple[str, bool]]:
    """Door, and whether it was her work, of each reading, oldest first."""
    facts = Fact.objects.filter(kind="cases.read").order_by("id")
    if case is not None:
        facts = facts.filter(case_id=case.pk)
    return [(fact.details["door"], fact.details["is_related"]) for fact in facts]


def test_each_opening_is_a_reading_and_what_refreshes_is_none(case: Case, agent: Client) -> None:
    page = f"/mostrador/{case.code}/"
    agent.get(page)
    assert read(case) == [("desk", True)]
    for part in ("entradas/", "encabezado/", "persona/"):
        assert agent.get(page + part, headers={"HX-Request": "true"}).status_code == 200
        assert agent.get(page + part).status_code == 200
    assert read(case) == [("desk", True)]
    agent.get(page)
    assert read(case) == [("desk", True)] * 2


@pytest.mark.parametrize("part", ["entradas/", "encabezado/", "persona/", "separar/"])
def test_a_part_asked_for_without_its_page_is_a_reading(case: Case, nosy: Client, part: str) -> None:
    """A header that says "I am a part of a page" is a claim, not a proof."""
    assert nosy.get(f"/mostrador/{case.code}/{part}", headers={"HX-Request": "true"}).status_code == 200
    assert read(case) == [("desk", False)]


def test_a_page_that_stays_open_for_a_day_is_read_again(stage: Stage, case: Case, agent: Client) -> None:
    agent.get(f"/mostrador/{case.code}/")
    with clock.frozen(NOON + timedelta(hours=13)):
        # Her session has ended by then; she signed in again.
        signed_in(stage.agent_user).get(f"/mostrador/{case.code}/entradas/")
    assert len(read(case)) == 2


def test_files_originals_and_formatted_mail(case: Case, agent: Client) -> None:
    said = next(one for one in cases.timeline(case.pk) if one.direction == "in")
    (file,) = cases.files_of(said.pk)
    for path in (f"archivos/{file.pk}/", f"originales/{said.delivery_id}/", f"formatos/{said.pk}/"):
        assert agent.get(f"/mostrador/{path}").status_code == 200
    assert read(case) == [("file", True)] * 3
    agent.get(f"/mostrador/archivos/{file.pk}/")
    assert len(read(case)) == 4


def test_programs_read_too(stage: Stage, case: Case) -> None:
    said = next(one for one in cases.timeline(case.pk) if one.direction == "in")
    (file,) = cases.files_of(said.pk)
    headers = {"Authorization": f"Bearer {accounts.issue_token(stage.agent_user)}"}
    for path in (f"cases/{case.code}", f"cases/{case.code}/entries", f"files/{file.pk}"):
        assert Client().get(f"/api/v1/{path}", headers=headers).status_code == 200
    assert [door for door, _is_related in read(case)] == ["api", "api", "file"]
    assert {fact.actor_kind for fact in Fact.objects.filter(kind="cases.read")} == {"token"}


def test_lists_and_refusals_are_no_readings(stage: Stage, case: Case, agent: Client) -> None:
    agent.get("/mostrador/?vista=todas")
    other = create_body("otro", "Otro")
    stranger = accounts.create_staff("ajena", "A", "Jena")
    accounts.give_role(stranger, other, Role.SUPERVISOR)
    assert signed_in(stranger).get(f"/mostrador/{case.code}/").status_code == 404
    assert read() == []


def test_a_search_is_written_down_without_its_words(stage: Stage, case: Case, agent: Client) -> None:
    agent.get("/mostrador/?vista=busqueda&q=enfermedad")
    agent.get("/mostrador/lista/?vista=busqueda&q=enfermedad", headers={"HX-Request": "true"})
    (fact,) = Fact.objects.filter(kind="cases.searched")
    assert fact.details == {"door": "desk"}
    assert fact.actor_id == stage.agent_user.pk
    headers = {"Authorization": f"Bearer {accounts.issue_token(stage.agent_user)}"}
    Client().get("/api/v1/cases?q=enfermedad", headers=headers)
    assert Fact.objects.filter(kind="cases.searched").count() == 2
    agent.get("/mostrador/")
    assert Fact.objects.filter(kind="cases.searched").count() == 2


def test_a_search_by_the_part_alone_is_written_down(case: Case, nosy: Client) -> None:
    nosy.get("/mostrador/lista/?vista=busqueda&q=enfermedad", headers={"HX-Request": "true"})
    assert Fact.objects.filter(kind="cases.searched").count() == 1


def test_who_watches_sees_who_read(case: Case, agent: Client, nosy: Client, quality: Client) -> None:
    agent.get(f"/mostrador/{case.code}/")
    nosy.get(f"/mostrador/{case.code}/")
    page = quality.get(f"/mostrador/{case.code}/lecturas/").content.decode()
    assert "Ana Sosa" in page
    assert "Cu Rioso" in page
    assert page.count("No la atendía") == 1
    assert f"/mostrador/{case.code}/lecturas/" in quality.get(f"/mostrador/{case.code}/persona/").content.decode()
    for other in (agent, nosy):
        assert other.get(f"/mostrador/{case.code}/lecturas/").status_code == 403
        assert "lecturas/" not in other.get(f"/mostrador/{case.code}/persona/").content.decode()


def test_readings_without_a_relation_are_one_list(
    stage: Stage, case: Case, agent: Client, nosy: Client, quality: Client
) -> None:
    agent.get(f"/mostrador/{case.code}/")
    signed_in(stage.colleague.user).get(f"/mostrador/{case.code}/")  # of its team
    nosy.get(f"/mostrador/{case.code}/")
    page = quality.get("/supervision/lecturas/")
    assert [line["who"] for line in page.context["lines"]] == ["Cu Rioso"]
    assert agent.get("/supervision/lecturas/").status_code == 403
    assert "/supervision/lecturas/" in quality.get("/supervision/").content.decode()


def test_the_list_is_paged_by_key(case: Case, nosy: Client, quality: Client) -> None:
    for _number in range(51):
        nosy.get(f"/mostrador/{case.code}/")
    first = quality.get("/supervision/lecturas/")
    assert len(first.context["lines"]) == 50
    second = quality.get("/supervision/lecturas/" + first.context["next_page"])
    assert len(second.context["lines"]) == 1
    assert second.context["next_page"] == ""
    assert len(quality.get("/supervision/lecturas/?antes=x,1").context["lines"]) == 50


def test_what_somebody_writes_is_no_reading(stage: Stage, case: Case) -> None:
    note(staff(stage.agent_user.pk), case.pk, "Una nota")
    assert read() == []


def test_nobody_takes_a_reading_back(case: Case, agent: Client) -> None:
    agent.get(f"/mostrador/{case.code}/")
    with pytest.raises(DatabaseError), transaction.atomic():
        Fact.objects.filter(kind="cases.read").delete()
    assert len(read(case)) == 1
