"""A supervisor reads why a case went where it did, and an administrator says how work is shared out."""

from datetime import date
from typing import Any

import pytest
from django.test import Client

from ventanilla.accounts import actions as accounts
from ventanilla.accounts.models import Role
from ventanilla.demo.post import case_of, deliver, letter
from ventanilla.demo.stage import Stage
from ventanilla.flow import desk
from ventanilla.flow.close import close
from ventanilla.journal.actors import staff
from ventanilla.journal.models import Fact
from ventanilla.routing import queries as routing
from ventanilla.routing.models import BodyRouting, OverflowRule
from ventanilla.workforce import actions as workforce
from ventanilla.workforce.models import Agent


@pytest.fixture(autouse=True)
def _without_second_factor(settings: Any) -> None:
    settings.SECOND_FACTOR = "nobody"


@pytest.fixture
def supervisor(stage: Stage) -> Client:
    client = Client()
    client.force_login(stage.supervisor)
    return client


@pytest.fixture
def administrator(stage: Stage) -> Client:
    user = accounts.create_staff("administra", "Alma", "Rey", password_hash="!")
    accounts.give_role(user, stage.body, Role.ADMINISTRATOR)
    client = Client()
    client.force_login(user)
    return client


def colleague_comes(stage: Stage) -> Agent:
    workforce.set_presence(stage.colleague, "available")
    return stage.colleague


def why(client: Client, code: str) -> str:
    page = client.get(f"/mostrador/{code}/persona/").content.decode()
    assert "¿Por qué está ahí?" in page
    return page


def test_each_criterion_is_said(stage: Stage, supervisor: Client) -> None:
    first = case_of(deliver(stage, letter("rosa@example.org", "Uno", "Hola")))
    page = why(supervisor, first.code)
    assert "Era la única persona presente con certificado en el canal y con lugar." in page
    assert "Su carga era 0 de un máximo de 40; esta solicitud pesa 1." in page

    colleague = colleague_comes(stage)
    hers = case_of(deliver(stage, letter("rosa@example.org", "Dos", "Hola")))
    assert "Atiende otra solicitud abierta de la misma persona" in why(supervisor, hers.code)
    assert routing.assignments([hers.pk])[hers.pk].agent == stage.agent

    another = case_of(deliver(stage, letter("luis@example.org", "Tres", "Hola")))
    assert "Tenía la menor carga para su máximo, entre 2 personas presentes" in why(supervisor, another.code)
    assert routing.assignments([another.pk])[another.pk].agent == colleague

    close(staff(colleague.user_id), another.pk, type="information", service_id=None, text="Listo")
    deliver(stage, letter("luis@example.org", f"Re: [{another.code}]", "Otra cosa"))
    assert "Ya había atendido esta solicitud" in why(supervisor, another.code)

    desk.return_to_queue(staff(stage.supervisor.pk), another.pk)
    assert "Se devolvió a la cola del equipo." in why(supervisor, another.code)


def test_who_was_left_out_is_counted(stage: Stage, supervisor: Client) -> None:
    untrained = workforce.create_agent(
        accounts.create_staff("nueva", "Nora", "Gil", password_hash="!"), [stage.team], presence="available"
    )
    workforce.certify(untrained, "portal", date(2026, 1, 1))
    full = colleague_comes(stage)
    workforce.change_agent(full, max_open_cases=0)
    case = case_of(deliver(stage, letter("rosa@example.org", "Uno", "Hola")))
    page = why(supervisor, case.code)
    assert "Una persona presente no podía recibirla, por no tener certificado vigente en el canal." in page
    assert "Una persona con certificado estaba en su máximo." in page


def test_preferential_attention_is_written_down_at_the_desk(stage: Stage, supervisor: Client) -> None:
    case = case_of(deliver(stage, letter("rosa@example.org", "Uno", "Hola")))
    address = f"/mostrador/{case.code}/necesidades/"
    assert "Atención preferencial" in supervisor.get(address).content.decode()
    said = supervisor.post(address, {"language": "pt", "preferential_reason": "pregnancy"})
    assert said.status_code == 302
    page = supervisor.get(f"/mostrador/{case.code}/").content.decode()
    assert "Atención preferencial" in page
    assert "Portugués" in page
    assert "Embarazo" not in page, "the reason stands beside the person alone"
    assert "Embarazo o niño pequeño" in supervisor.get(f"/mostrador/{case.code}/persona/").content.decode()
    fact = Fact.objects.get(kind="routing.needs_set")
    assert fact.details == {"language": "pt", "is_preferential": True}
    supervisor.post(address, {"language": "", "preferential_reason": ""})
    assert "Portugués" not in supervisor.get(f"/mostrador/{case.code}/").content.decode()


def test_an_administrator_chooses_weights_and_rules(stage: Stage, administrator: Client) -> None:
    page = administrator.get("/configuracion/routing/bodyrouting/add/").content.decode()
    assert "Elección del organismo" in page
    fields = {
        "public_body": stage.body.pk,
        "prefers_who_knows": "",
        "head_start_percent": "30",
        "weight_email": "3",
        "weight_portal": "1",
    }
    assert administrator.post("/configuracion/routing/bodyrouting/add/", fields).status_code == 302
    row = BodyRouting.objects.get()
    assert (row.channel_weights["email"], row.prefers_who_knows, row.head_start_percent) == (3, False, 30)
    address = f"/configuracion/routing/bodyrouting/{row.pk}/change/"
    assert administrator.post(address, fields | {"head_start_percent": "60"}).status_code == 200, "past the most"
    assert administrator.post(address, fields | {"weight_email": "5"}).status_code == 302
    case = case_of(deliver(stage, letter("rosa@example.org", "Uno", "Hola")))
    assert "esta solicitud pesa 5" in routing.explain(case.pk)

    rule = {
        "public_body": stage.body.pk,
        "from_team": stage.team.pk,
        "to_team": stage.team.pk,
        "channel": "email",
        "after_minutes": "15",
        "only_if": "any",
        "position": "0",
        "is_active": "on",
    }
    assert administrator.post("/configuracion/routing/overflowrule/add/", rule).status_code == 200, "to itself"
    rule["to_team"] = stage.other_team.pk
    assert administrator.post("/configuracion/routing/overflowrule/add/", rule).status_code == 302
    made = OverflowRule.objects.get()
    assert (made.from_team, made.to_team, made.after_minutes) == (stage.team, stage.other_team, 15)
    address = f"/configuracion/routing/overflowrule/{made.pk}/change/"
    assert administrator.post(address, rule | {"is_active": ""}).status_code == 302
    assert not OverflowRule.objects.get().is_active
    assert Fact.objects.filter(kind="routing.overflow_rule_changed").count() == 2
    assert Fact.objects.filter(kind="routing.settings_changed").count() == 2
    for name in ("bodyrouting", "overflowrule"):
        assert administrator.get(f"/configuracion/routing/{name}/").status_code == 200
