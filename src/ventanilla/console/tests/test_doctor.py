"""The doctor names what is wrong, with its mend, and ends with 1 while anything is."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from ventanilla.console import examination
from ventanilla.intake.actions import change_account, create_account
from ventanilla.organisation import actions as organisation
from ventanilla.organisation.scoping import scope
from ventanilla.sla.actions import create_policy


def run(*arguments: str) -> tuple[int, str]:
    out = StringIO()
    try:
        call_command("doctor", *arguments, stdout=out)
    except SystemExit as end:
        return int(end.code or 0), out.getvalue()
    return 0, out.getvalue()


def areas() -> set[str]:
    return {finding.area for finding in examination.examine()}


@pytest.fixture
def environment(settings: Any, tmp_path: Path) -> Any:
    """An environment of this test's own, with nothing wrong in it."""
    settings.ENVIRONMENT = settings.ENVIRONMENT.model_copy(
        update={"mail_port": 0, "smtp_url": "smtp://localhost:25", "home": tmp_path}
    )
    return settings.ENVIRONMENT


@pytest.mark.django_db
def test_an_empty_house_is_told_what_it_lacks(environment: Any) -> None:
    code, text = run()
    assert code == 1
    assert "No hay ningún organismo." in text
    assert "ventanilla demo" in text


@pytest.mark.django_db
def test_a_bare_body_is_told_what_a_mail_needs_to_be_answered(environment: Any) -> None:
    organisation.create_body("sola", "Intendencia Sola")
    code, text = run("--json")
    found = json.loads(text)
    assert code == 1
    assert {"calendar", "policy", "account", "team"} <= {finding["area"] for finding in found}
    assert all(finding["problem"] and finding["mend"] for finding in found)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changed", "area"),
    [
        ({"smtp_url": ""}, "outgoing_mail"),
        ({"secret_key": "short"}, "secret_key"),
        ({"host": "0.0.0.0"}, "allowed_hosts"),
    ],
)
def test_a_wrong_setting_is_named(environment: Any, settings: Any, changed: dict[str, str], area: str) -> None:
    settings.ENVIRONMENT = environment.model_copy(update=changed)
    assert area in areas()


@pytest.mark.django_db
def test_what_must_not_be_public_is_named(environment: Any, settings: Any) -> None:
    settings.ENVIRONMENT = environment.model_copy(update={"host": "0.0.0.0"})
    settings.DEBUG = settings.IS_DEMO = True
    settings.ALLOWED_HOSTS = ["*"]
    assert {"debug", "demo", "allowed_hosts"} <= areas()


@pytest.mark.django_db
def test_nothing_but_the_missing_body_in_a_good_environment(environment: Any) -> None:
    assert areas() == {"body"}


@pytest.mark.django_db
def test_a_promise_that_cannot_be_counted_is_named_with_its_mend(environment: Any) -> None:
    body = organisation.create_body("sola", "Intendencia Sola")
    with scope({body.pk}):
        calendar = organisation.create_calendar(body, "feria", "Feria", {})
        create_policy(
            body, "correo", "Correo", kind="first_response", basis="office_hours", target_minutes=60, calendar=calendar
        )
    (found,) = [finding for finding in examination.examine() if finding.area == "policy"]
    assert "El calendario «Feria» no tiene horarios" in found.problem
    assert found.mend == "Poné horarios al calendario, o elegí otro para el estándar."


@pytest.mark.django_db
def test_an_account_whose_mail_server_does_not_answer_is_named(environment: Any) -> None:
    body = organisation.create_body("sola", "Intendencia Sola")
    with scope({body.pk}):
        account = create_account(
            body, "email", "consultas@sola.gub.uy", "Sola", options={"smtp_url": "smtp://127.0.0.1:1"}
        )
    (found,) = [finding for finding in examination.examine() if finding.area == "channel"]
    assert "consultas@sola.gub.uy: No se pudo conectar" in found.problem
    with scope({body.pk}):
        change_account(account, is_active=False)
    assert "channel" not in areas()


@pytest.mark.django_db
def test_doors_that_are_not_safe_are_told(environment: Any, settings: Any) -> None:
    assert not {"public_url", "trusted_proxies", "rate_limits", "clamd"} & areas()
    settings.IS_PUBLIC_HTTPS = True
    settings.RATE_LIMITS_SCALE = 0
    settings.CLAMD = "127.0.0.1:9"
    assert {"trusted_proxies", "rate_limits", "clamd"} <= areas()
    settings.TRUSTED_PROXIES = ["10.0.0.0/8"]
    assert "trusted_proxies" not in areas()
    settings.TRUSTED_PROXIES = ["0.0.0.0/0"]
    assert "trusted_proxies" in areas()
    settings.ENVIRONMENT = settings.ENVIRONMENT.model_copy(update={"host": "0.0.0.0"})
    assert "public_url" in areas()
