"""A unit sees its own, a provider what its contract says: by every door."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from ventanilla.accounts import actions as accounts
from ventanilla.accounts.models import Membership, Role, User
from ventanilla.cases import queries as cases
from ventanilla.cases.models import Case
from ventanilla.catalogue import actions as catalogue
from ventanilla.demo.post import case_of, deliver, letter
from ventanilla.demo.stage import Stage
from ventanilla.flow import desk as line
from ventanilla.flow import sight
from ventanilla.intake.models import InboundDelivery
from ventanilla.journal.actors import staff
from ventanilla.kit import clock
from ventanilla.organisation import actions as organisation
from ventanilla.organisation.queries import unit
from ventanilla.web.supervisor.board import build_board
from ventanilla.workforce import actions as workforce
from ventanilla.workforce import queries as workforce_queries

BEGAN, ENDS = date(2026, 1, 1), date(2026, 12, 31)
DURING = datetime(2026, 11, 24, 15, tzinfo=UTC)
LAST_EVENING = datetime(2027, 1, 1, 2, 59, tzinfo=UTC)
"""31 December, 23:59 in Montevideo."""


class Door:
    """One person's browser and program."""

    def __init__(self, user: User) -> None:
        self.user = user
        self.client = Client()
        self.client.force_login(user)
        self.headers = {"Authorization": f"Bearer {accounts.issue_token(user)}"}

    def get(self, path: str) -> Any:
        return self.client.get(path)

    def api(self, path: str) -> Any:
        return Client().get(f"/api/v1/{path}", headers=self.headers)

    def listed(self, query: str = "vista=todas") -> set[str]:
        """Codes of the queue, from both doors that list."""
        return {one.row.code for one in self.get(f"/mostrador/?{query}").context["lines"]}

    def sees(self, case: Case) -> bool:
        """Whether the case is open to her; every door must say the same."""
        said = next(one for one in cases.timeline(case.pk) if one.direction == "in")
        pages = [
            f"/mostrador/{case.code}/",
            f"/mostrador/{case.code}/entradas/",
            f"/mostrador/{case.code}/encabezado/",
            f"/mostrador/{case.code}/persona/",
            f"/mostrador/originales/{said.delivery_id}/",
            f"/mostrador/formatos/{said.pk}/",
            *(f"/mostrador/archivos/{file.pk}/" for file in cases.files_of(said.pk)),
        ]
        calls = [
            f"cases/{case.code}",
            f"cases/{case.code}/entries",
            *(f"files/{file.pk}" for file in cases.files_of(said.pk)),
        ]
        answers = {path: self.get(path).status_code for path in pages}
        answers |= {path: self.api(path).status_code for path in calls}
        opened = {status == 200 for status in answers.values()}
        opened.add(case.code in self.listed())
        opened.add(case.code in self.listed(f"vista=busqueda&q={case.subject}"))
        items = self.api("cases").json().get("items", [])
        opened.add(case.code in {item["code"] for item in items})
        assert len(opened) == 1, answers
        return opened.pop()


def mail(subject: str, sender: str = "rosa@example.org") -> bytes:
    return (
        f"From: {sender}\r\nTo: consultas@ejemplo.gub.uy\r\nSubject: {subject}\r\n"
        f"Message-ID: <{subject}.{sender}>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
        "--b\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>Va el <b>recibo</b>.</p>\r\n"
        "--b\r\nContent-Type: text/plain; name=r.txt\r\nContent-Disposition: attachment; filename=r.txt\r\n\r\n"
        "recibo\r\n--b--\r\n"
    ).encode()


@pytest.fixture(autouse=True)
def _moment(settings: Any) -> Iterator[None]:
    settings.SECOND_FACTOR = "nobody"
    with clock.frozen(DURING):
        yield


@pytest.fixture
def transit(stage: Stage) -> Case:
    """A case of the service that the unit "transito" answers for."""
    case = case_of(deliver(stage, mail("libreta")))
    return line.change(staff(stage.supervisor.pk), case.pk, service_id=stage.service.pk)


@pytest.fixture
def pruning(stage: Stage) -> Case:
    """A case of nobody's service, of the same person."""
    return case_of(deliver(stage, mail("poda")))


@pytest.fixture
def referent(stage: Stage) -> Door:
    user = accounts.create_staff("referente", "Raúl", "Bentancor")
    accounts.give_role(user, stage.body, Role.REFERENT, unit("transito"))
    return Door(user)


def test_a_unit_sees_its_own(stage: Stage, referent: Door, transit: Case, pruning: Case) -> None:
    assert referent.sees(transit)
    assert not referent.sees(pruning)
    assert Door(stage.agent_user).sees(pruning)


def test_a_unit_sees_what_its_parts_answer_for(stage: Stage, referent: Door, pruning: Case) -> None:
    part = organisation.create_unit(stage.body, "senales", "Señales", parent=unit("transito"))
    below = organisation.create_unit(stage.body, "semaforos", "Semáforos", parent=part)
    service = catalogue.create_service(stage.body, "semaforos", "Semáforos", unit=below)
    line.change(staff(stage.supervisor.pk), pruning.pk, service_id=service.pk)
    assert referent.sees(pruning)


def test_a_unit_sees_what_its_team_attends(stage: Stage, referent: Door, pruning: Case) -> None:
    team = workforce.create_team(stage.body, "senales", "Señales", unit=unit("transito"))
    line.assign(staff(stage.supervisor.pk), pruning.pk, agent_id=None, team_id=team.pk)
    assert referent.sees(pruning)


def test_a_role_without_unit_sees_the_body(stage: Stage, referent: Door, pruning: Case) -> None:
    accounts.give_role(referent.user, stage.body, Role.QUALITY)
    assert referent.sees(pruning)


def test_a_role_in_two_units_sees_both(stage: Stage, referent: Door, transit: Case, pruning: Case) -> None:
    greens = organisation.create_unit(stage.body, "verdes", "Áreas verdes")
    service = catalogue.create_service(stage.body, "arbolado", "Arbolado", unit=greens)
    line.change(staff(stage.supervisor.pk), pruning.pk, service_id=service.pk)
    accounts.give_role(referent.user, stage.body, Role.QUALITY, greens)
    assert referent.sees(transit)
    assert referent.sees(pruning)


def test_what_is_out_of_sight_is_not_named_either(stage: Stage, referent: Door, transit: Case, pruning: Case) -> None:
    """The person's other cases, links, and the forms that ask for a code."""
    line.link(staff(stage.supervisor.pk), transit.pk, pruning.pk)
    path = f"/mostrador/{transit.code}/"
    person = referent.get(f"{path}persona/").content.decode()
    assert pruning.code not in person
    assert pruning.code in Door(stage.agent_user).get(f"{path}persona/").content.decode()
    for form in ("vincular/", "unir/"):
        page = referent.client.post(f"{path}{form}", {"code": pruning.code}).content.decode()
        assert "No hay ninguna solicitud con ese código" in page
        assert pruning.subject not in page.replace(transit.subject, "")
    assert referent.get(f"/mostrador/?vista=busqueda&q={pruning.code}").status_code == 200


def test_a_unit_has_nothing_of_the_whole_body(stage: Stage, transit: Case) -> None:
    """Not even as a supervisor: what nobody has read belongs to no unit."""
    user = accounts.create_staff("jefa", "Je", "Fa")
    accounts.give_role(user, stage.body, Role.SUPERVISOR, unit("transito"))
    chief = Door(user)
    deliver(stage, b"\x00" * 50, mail_from="")
    delivery = InboundDelivery.objects.get(state="quarantined")
    for path in ("en-revision/", "no-enviados/", f"originales/{delivery.pk}/", f"personas/{transit.contact_id}/unir/"):
        assert chief.get(f"/mostrador/{path}").status_code in (403, 404), path
    assert chief.api("quarantine").status_code == 403
    assert chief.get(f"/mostrador/{transit.code}/lecturas/").status_code == 200


def test_the_board_counts_what_she_sees(stage: Stage, transit: Case, pruning: Case) -> None:
    user = accounts.create_staff("jefa", "Je", "Fa")
    accounts.give_role(user, stage.body, Role.SUPERVISOR, unit("transito"))
    chief = Door(user)
    board = chief.get("/supervision/").context["board"]
    figures = {figure.name: figure.value for figure in board["waiting"]}
    assert figures["open"] == 1
    assert [figure.value for figure in build_board()["waiting"] if figure.name == "open"] == [2]
    assert all(promise.kept.total == 0 for promise in board["promises"])


@pytest.fixture
def hired(stage: Stage) -> tuple[Door, Any]:
    """An agent of a contracted centre, whose contract covers mail; and the centre."""
    provider = workforce.create_provider(stage.body, "Contacto del Sur", BEGAN, ENDS, channels=["email"])
    team = workforce.create_team(stage.body, "contratado", "Centro contratado", provider=provider)
    user = accounts.create_staff("centro", "Valeria", "Núñez")
    accounts.give_role(user, stage.body, Role.AGENT)
    workforce.certify(workforce.create_agent(user, [team]), "email", BEGAN)
    return Door(user), team


def give(stage: Stage, case: Case, team: Any) -> None:
    line.assign(staff(stage.supervisor.pk), case.pk, agent_id=None, team_id=team.pk)


def test_a_provider_sees_the_cases_of_its_teams(
    stage: Stage, hired: tuple[Door, Any], transit: Case, pruning: Case
) -> None:
    agent, team = hired
    give(stage, transit, team)
    assert agent.sees(transit)
    assert not agent.sees(pruning)
    second = workforce.create_team(stage.body, "segundo", "Segundo turno", provider=team.provider)
    give(stage, pruning, second)
    assert agent.sees(pruning)


def test_a_contract_covers_channels(stage: Stage, hired: tuple[Door, Any], transit: Case) -> None:
    agent, team = hired
    give(stage, transit, team)
    workforce.change_provider(team.provider, channels=["telephone"])
    assert not agent.sees(transit)
    workforce.change_provider(team.provider, channels=[])
    assert agent.sees(transit)


def test_after_its_last_day_a_contract_shows_nothing_by_itself(
    stage: Stage, hired: tuple[Door, Any], transit: Case
) -> None:
    agent, team = hired
    give(stage, transit, team)
    line.take(staff(agent.user.pk), transit.pk)
    with clock.frozen(LAST_EVENING):
        agent.client.force_login(agent.user)
        assert agent.sees(transit)
    with clock.frozen(LAST_EVENING + timedelta(minutes=1)):
        agent.client.force_login(agent.user)
        assert agent.get(f"/mostrador/{transit.code}/").status_code == 403
        assert agent.get("/mostrador/").status_code == 403
        assert agent.get("/mostrador/nuevo/").status_code == 403
        assert agent.client.post(f"/mostrador/{transit.code}/responder/", {"text": "Hola"}).status_code == 403
        assert agent.api(f"cases/{transit.code}").status_code == 403
        assert agent.api("cases").status_code == 403
    before = datetime(2025, 12, 31, 12, tzinfo=UTC)
    with clock.frozen(before):
        assert sight.standing_now(agent.user.pk).rights_anywhere == frozenset()


def test_a_case_that_goes_on_elsewhere_shows_what_is_left(
    stage: Stage, referent: Door, transit: Case, pruning: Case
) -> None:
    line.merge(staff(stage.supervisor.pk), pruning.pk, transit.pk)
    page = referent.get(f"/mostrador/{transit.code}/")
    assert page.status_code == 200
    assert pruning.code not in page.content.decode().partition("d-actions")[0]
    assert Door(stage.agent_user).get(f"/mostrador/{transit.code}/").status_code == 302


def test_mail_goes_to_a_provider_while_its_contract_lasts(stage: Stage) -> None:
    provider = workforce.create_provider(stage.body, "Contacto del Sur", BEGAN, ENDS, channels=["email"])
    account = stage.other_account
    team = workforce.create_team(stage.body, "contratado", "Contratado", [account], provider=provider)
    user = accounts.create_staff("centro", "Valeria", "Núñez")
    workforce.create_agent(user, [team], presence="available")
    attending = {account.pk: [stage.other_team.pk, team.pk]}
    assert workforce_queries.teams_by_account([account.pk]) == attending
    assert len(workforce_queries.available([team.pk])) == 1
    workforce.change_provider(provider, channels=["chat"])
    assert workforce_queries.teams_by_account([account.pk]) == {account.pk: [stage.other_team.pk]}
    workforce.change_provider(provider, channels=[])
    assert workforce_queries.teams_by_account([account.pk]) == attending
    with clock.frozen(LAST_EVENING + timedelta(minutes=1)):
        assert workforce_queries.teams_by_account([account.pk]) == {account.pk: [stage.other_team.pk]}
        assert workforce_queries.available([team.pk]) == []


def test_who_attends_nobody_begins_a_mail_and_loses_it_from_sight(stage: Stage, referent: Door) -> None:
    written = {
        "account": stage.account.pk,
        "to": "ana@example.org",
        "subject": "Hola",
        "text": "Hola",
        "type": "information",
    }
    lost = referent.client.post("/mostrador/nuevo/", written)
    assert (lost.status_code, lost["Location"]) == (302, "/mostrador/")
    kept = referent.client.post("/mostrador/nuevo/", written | {"service": stage.service.pk})
    assert kept["Location"] != "/mostrador/"
    assert referent.get(kept["Location"]).status_code == 200


def test_a_deactivated_team_is_no_way_around_a_contract(
    stage: Stage, hired: tuple[Door, Any], transit: Case, pruning: Case
) -> None:
    agent, team = hired
    give(stage, transit, team)
    workforce.change_team(team, is_active=False)
    assert not agent.sees(pruning)
    found = sight.standing_now(agent.user.pk)
    assert found.agent is not None
    workforce.change_agent(found.agent, teams=[], max_open_cases=1)
    assert not agent.sees(pruning)
    assert not agent.sees(transit)


def test_nobody_gets_a_unit_of_another_body(stage: Stage) -> None:
    other = organisation.create_body("otro", "Otro")
    user = accounts.create_staff("x", "X", "Y")
    with pytest.raises(ValueError, match="another body"):
        accounts.give_role(user, other, Role.REFERENT, unit("transito"))
    assert not Membership.objects.filter(user=user).exists()


def test_a_socket_tells_nothing_of_what_is_out_of_sight(
    stage: Stage, referent: Door, transit: Case, pruning: Case
) -> None:
    who = sight.standing_now(referent.user.pk)
    assert sight.seen_codes(who, [transit.code, pruning.code]) == [transit.code]
    everybody = sight.standing_now(stage.agent_user.pk)
    assert sight.seen_codes(everybody, [transit.code, pruning.code]) == sorted([transit.code, pruning.code])


def test_a_letter_of_a_stranger_changes_nothing(stage: Stage, referent: Door) -> None:
    """A case comes into sight by what it is, not by what somebody writes."""
    case = case_of(deliver(stage, letter("x@example.org", "licencia-de-conducir transito", "Hola")))
    assert referent.get(f"/mostrador/{case.code}/").status_code == 404


@pytest.mark.parametrize("view", ["?vista=todas", "?vista=promesas-incumplidas&q=libreta", "?vista=busqueda&q=libreta"])
def test_a_list_of_a_part_asks_little_also_when_it_writes_down_that_she_is_there(
    referent: Door, transit: Case, view: str, django_assert_max_num_queries: Any
) -> None:
    """The bar is 15 statements a page, whatever the data: docs/performance.md."""
    with django_assert_max_num_queries(15):
        assert transit.code in referent.get(f"/mostrador/{view}").text or "promesas" in view
