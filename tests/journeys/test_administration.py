"""The administrator opens a mailbox, makes a team, certifies an agent: mail then finds her."""

import pytest
from django.test import Client

from ventanilla.accounts import actions as accounts
from ventanilla.accounts.models import Role, User
from ventanilla.demo.post import case_of, deliver, letter
from ventanilla.demo.stage import Stage
from ventanilla.intake.models import ChannelAccount
from ventanilla.intake.queries import channel_of
from ventanilla.knowledge.models import CannedReply
from ventanilla.organisation.actions import create_body
from ventanilla.routing import queries as routing
from ventanilla.workforce.actions import sign
from ventanilla.workforce.models import Agent, Certificate, Provider, Statement, Team


@pytest.fixture
def administrator(stage: Stage, client: Client) -> Client:
    user = accounts.create_staff("admin", "Ada", "Ríos", is_administrator=True)
    accounts.give_role(user, stage.body, Role.ADMINISTRATOR)
    client.force_login(user)
    return client


def save(client: Client, path: str, **fields: object) -> None:
    answer = client.post(f"/configuracion/{path}", fields)
    errors = answer.context["adminform"].form.errors if answer.context and "adminform" in answer.context else ""
    assert answer.status_code == 302, errors


def test_from_a_mailbox_to_an_agent(stage: Stage, administrator: Client) -> None:
    save(
        administrator, "intake/channelaccount/add/",
        public_body=stage.body.pk, channel="email", address="Feria@ejemplo.gub.uy", name="Ferias", options="{}",
        smtp_url="smtp://u:secreto@127.0.0.1:2500", is_active="on",
    )  # fmt: skip
    account = ChannelAccount.objects.get(address="feria@ejemplo.gub.uy")
    assert b"secreto" not in bytes(account.secrets_encrypted)
    assert channel_of(account).name == "email"
    page = administrator.get(f"/configuracion/intake/channelaccount/{account.pk}/change/").content.decode()
    assert "secreto" not in page

    save(
        administrator, "workforce/team/add/",
        public_body=stage.body.pk, slug="ferias", name="Ferias", provider="", accounts=[account.pk],
        is_active="on",
    )  # fmt: skip
    team = Team.objects.get(slug="ferias")
    assert list(team.accounts.all()) == [account]

    user = User.objects.get(username=accounts.create_staff("nueva", "Nora", "Paz").username)
    accounts.give_role(user, stage.body, Role.AGENT)
    save(
        administrator, "workforce/agent/add/",
        user=user.pk, teams=[team.pk], languages=["es", "ugy"], services=[stage.service.pk], max_open_cases=5,
        **{
            "certificates-TOTAL_FORMS": 1, "certificates-INITIAL_FORMS": 0, "certificates-0-channel": "email",
            "certificates-0-valid_from_on": "2024-01-01",
        },
    )  # fmt: skip
    agent = Agent.objects.get(user=user)
    assert Certificate.objects.get(agent=agent).channel == "email"
    assert (agent.languages, [one.slug for one in agent.services.all()]) == (["es", "ugy"], ["licencia-de-conducir"])
    Agent.objects.filter(pk=agent.pk).update(presence="available")

    case = case_of(deliver(stage, letter("rosa@example.org", "Feria", "¿Cuándo?"), account=account))
    assignment = routing.assignment_of(case.pk)
    assert assignment is not None
    assert assignment.agent == agent


def test_a_contract_is_written_down_and_a_team_given_to_it(stage: Stage, administrator: Client) -> None:
    contract = {
        "public_body": stage.body.pk, "name": "Contacto del Sur", "contract_from_on": "2026-01-01",
        "contract_until_on": "2025-12-31", "channels": ["email"], "sight": "own",
    }  # fmt: skip
    refused = administrator.post("/configuracion/workforce/provider/add/", contract)
    assert "contract_until_on" in refused.context["adminform"].form.errors
    save(administrator, "workforce/provider/add/", **contract | {"contract_until_on": "2026-12-31"})
    provider = Provider.objects.get()
    assert (provider.name, provider.channels) == ("Contacto del Sur", ["email"])
    save(
        administrator, f"workforce/provider/{provider.pk}/change/",
        name="Contacto del Sur", contract_from_on="2026-01-01", contract_until_on="", channels=["email", "portal"],
            sight="own",
    )  # fmt: skip
    provider.refresh_from_db()
    assert (provider.contract_until_on, provider.channels) == (None, ["email", "portal"])
    save(
        administrator, "workforce/team/add/",
        public_body=stage.body.pk, slug="sur", name="Sur", provider=provider.pk, is_active="on",
    )  # fmt: skip
    assert Team.objects.get(slug="sur").provider_name == "Contacto del Sur"


def test_a_body_administers_its_own_people(stage: Stage, client: Client) -> None:
    """A password opens every body of its owner, so whoever serves another body too is out of reach."""
    mine = accounts.create_staff("admin", "Ada", "Ríos")
    accounts.give_role(mine, stage.body, Role.ADMINISTRATOR)
    other = create_body("otro", "Otro")
    shared, foreign = accounts.create_staff("compartida", "C", "D"), accounts.create_staff("ajena", "E", "F")
    for body in (stage.body, other):
        accounts.give_role(shared, body, Role.AGENT)
    accounts.give_role(foreign, other, Role.ADMINISTRATOR)
    client.force_login(mine)
    page = client.get("/configuracion/accounts/user/").content.decode()
    assert "agente" in page
    assert "compartida" not in page
    assert "ajena" not in page
    for user in (shared, foreign):
        assert client.get(f"/configuracion/accounts/user/{user.pk}/change/").status_code == 302
        assert client.get(f"/configuracion/accounts/user/{user.pk}/password/").status_code in (302, 404)
    form = {
        "username": "agente", "first_name": "Ana", "last_name": "Sosa", "is_active": "on", "is_superuser": "on",
        "memberships-TOTAL_FORMS": "2", "memberships-INITIAL_FORMS": "1",
        "memberships-0-id": str(stage.agent_user.memberships.get().pk),
        "memberships-1-public_body": str(other.pk), "memberships-1-role": "administrator",
    }  # fmt: skip
    client.post(f"/configuracion/accounts/user/{stage.agent_user.pk}/change/", form)
    stage.agent_user.refresh_from_db()
    assert not stage.agent_user.is_superuser
    assert [one.public_body_id for one in stage.agent_user.memberships.all()] == [stage.body.pk]
    assert "Otro" not in client.get("/configuracion/organisation/publicbody/").content.decode()
    assert client.get("/configuracion/organisation/publicbody/add/").status_code == 403


def test_an_agent_of_another_body_configures_nothing_there(stage: Stage, client: Client) -> None:
    user = accounts.create_staff("admin", "Ada", "Ríos")
    accounts.give_role(user, stage.body, Role.ADMINISTRATOR)
    other = create_body("otro", "Otro")
    accounts.give_role(user, other, Role.AGENT)
    client.force_login(user)
    page = client.get("/configuracion/organisation/unit/add/").content.decode()
    assert "Intendencia de Ejemplo" in page
    assert ">Otro<" not in page


def test_a_canned_reply_with_an_unknown_variable_is_told_so(stage: Stage, administrator: Client) -> None:
    fields = {"public_body": stage.body.pk, "shortcut": "hola", "title": "Hola", "is_active": "on"}
    path = "/configuracion/knowledge/cannedreply/add/"
    refused = administrator.post(path, fields | {"text": "Hola, {{apellido}}"})
    assert "apellido" in str(refused.context["adminform"].form.errors)
    save(administrator, "knowledge/cannedreply/add/", **fields, text="Hola, {{nombre}}")
    assert CannedReply.objects.get(shortcut="hola").text == "Hola, {{nombre}}"


def test_an_account_of_another_body_is_out_of_reach(stage: Stage, administrator: Client) -> None:
    other = create_body("otro", "Otro")
    refused = administrator.post(
        "/configuracion/intake/channelaccount/add/",
        {"public_body": other.pk, "channel": "email", "address": "x@otro.gub.uy", "name": "X", "options": "{}"},
    )
    assert "public_body" in refused.context["adminform"].form.errors
    assert not ChannelAccount.unscoped.filter(address="x@otro.gub.uy").exists()


def test_a_confidentiality_statement_is_written_and_its_versions_are_kept(stage: Stage, administrator: Client) -> None:
    wanted = {"public_body": stage.body.pk, "text": "Guardo secreto.", "demanded_of": "everybody"}
    save(administrator, "workforce/statement/add/", **wanted)
    first = Statement.objects.get()
    sign(stage.agent, first)
    page = administrator.get("/configuracion/workforce/statement/").text
    assert "Bruno Díaz" in page
    assert "Ana Sosa" not in page, "she signed; who is missing is named"
    assert "Ana Sosa" in administrator.get("/configuracion/workforce/signature/").text
    save(administrator, f"workforce/statement/{first.pk}/change/", **wanted | {"text": "Guardo secreto, siempre."})
    versions = Statement.objects.order_by("version").values_list("version", "text", "is_current")
    assert list(versions) == [(1, "Guardo secreto.", False), (2, "Guardo secreto, siempre.", True)]
