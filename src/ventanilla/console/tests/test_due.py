"""`ventanilla due` on the hours of the demo body: the first line is for programs, the others for people."""

from datetime import datetime
from io import StringIO

import pytest
from django.core.management import call_command

from ventanilla.organisation.actions import create_body, create_calendar, set_week
from ventanilla.organisation.models import Calendar, PublicBody
from ventanilla.organisation.scoping import scope
from ventanilla.sla.actions import create_policy

pytestmark = pytest.mark.django_db


def make_body(slug: str) -> PublicBody:
    body = create_body(slug, slug.title())
    with scope({body.pk}):
        hours = create_calendar(body, "oficina", "Oficina", dict.fromkeys(range(5), "9:00–12:30, 13:30–17:00"))
        create_policy(
            body,
            "correo",
            "Correo electrónico",
            kind="first_response",
            basis="business_day_hours",
            target_minutes=24 * 60,
            calendar=hours,
        )
    return body


@pytest.fixture
def body() -> PublicBody:
    return make_body("ejemplo")


def run(*arguments: str) -> list[str]:
    out = StringIO()
    call_command("due", *arguments, stdout=out)
    return out.getvalue().splitlines()


def refused(*arguments: str) -> str:
    err = StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("due", *arguments, stderr=err)
    assert ended.value.code == 2
    return err.getvalue()


@pytest.mark.parametrize(
    ("start", "due"),
    [
        ("2026-02-13T16:00:00-03:00", "2026-02-18T16:00:00-03:00"),
        ("2026-02-13T19:00:00Z", "2026-02-18T16:00:00-03:00"),
        ("2026-02-13T20:00:00+01:00", "2026-02-18T16:00:00-03:00"),
        ("2026-03-27T23:30:00-03:00", "2026-04-06T23:30:00-03:00"),
        ("2030-02-28T11:00:00-03:00", "2030-03-06T11:00:00-03:00"),
    ],
)
def test_the_first_line_is_the_due_moment_alone(body: PublicBody, start: str, due: str) -> None:
    lines = run("--policy", "correo", "--from", start)
    assert lines[0] == due
    assert datetime.fromisoformat(lines[0]).utcoffset() is not None
    assert len(lines) > 3
    assert any("cuenta" in line for line in lines[1:])


def test_a_moment_without_offset_is_taken_in_the_calendars_zone_and_that_is_said(body: PublicBody) -> None:
    lines = run("--policy", "correo", "--from", "2026-02-13T16:00", "--body", "ejemplo")
    assert lines[0] == "2026-02-18T16:00:00-03:00"
    assert "America/Montevideo" in lines[-1]


def test_a_policy_is_found_by_its_name_too(body: PublicBody) -> None:
    assert run("--policy", "correo electrónico", "--from", "2026-02-13T16:00-03:00")[0] == "2026-02-18T16:00:00-03:00"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--from", "2026-02-13T16:00"], "--policy"),
        (["--policy", "correo"], "--from"),
        (["--policy", "fax", "--from", "2026-02-13T16:00"], "correo"),
        (["--policy", "correo", "--from", "ayer"], "ISO 8601"),
        (["--policy", "correo", "--from", "2026-02-31T16:00"], "ISO 8601"),
        (["--policy", "correo", "--from", "1850-02-13T16:00"], "1970"),
        (["--policy", "correo", "--from", "2150-02-13T16:00-03:00"], "2099"),
        (["--policy", "correo", "--from", "9999-12-31T23:59-03:00"], "2099"),
        (["--policy", "correo", "--from", "0001-01-01T00:00+03:00"], "1970"),
        (["--policy", "correo", "--from", "2099-12-31T23:00"], "2099"),
        (["--policy", "correo", "--from", "2026-02-13T16:00", "--body", "nadie"], "ejemplo"),
    ],
)
def test_bad_input_is_refused_in_words(body: PublicBody, arguments: list[str], said: str) -> None:
    assert said in refused(*arguments)


def test_with_several_bodies_one_must_be_named(body: PublicBody) -> None:
    make_body("otro")
    message = refused("--policy", "correo", "--from", "2026-02-13T16:00")
    assert "--body" in message
    assert "ejemplo, otro" in message
    assert run("--policy", "correo", "--from", "2026-02-13T16:00", "--body", "otro")[0] == "2026-02-18T16:00:00-03:00"


def test_no_body_at_all() -> None:
    assert "ninguno" in refused("--policy", "correo", "--from", "2026-02-13T16:00")


def test_a_calendar_without_hours(body: PublicBody) -> None:
    with scope({body.pk}):
        set_week(Calendar.objects.get(), {})
    assert "Oficina" in refused("--policy", "correo", "--from", "2026-02-13T16:00")
