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
from ventanilla.workforce.models import Agent, Certificate, Team


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
        user=user.pk, teams=[team.pk], max_open_cases=5,
        **{
            "certificates-TOTAL_FORMS": 1, "certificates-INITIAL_FORMS": 0, "certificates-0-channel": "email",
            "certificates-0-valid_from_on": "2024-01-01",
        },
    )  # fmt: skip
    agent = Agent.objects.get(user=user)
    assert Certificate.objects.get(agent=agent).channel == "email"
    Agent.objects.filter(pk=agent.pk).update(presence="available")

    case = case_of(deliver(stage, letter("rosa@example.org", "Feria", "¿Cuándo?"), account=account))
    assignment = routing.assignment_of(case.pk)
    assert assignment is not None
    assert assignment.agent == agent


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
