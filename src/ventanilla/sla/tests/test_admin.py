"""The administration's pages for time, as an administrator fills them in."""

from datetime import date
from typing import Any

import pytest
from django.test import Client

from ventanilla.accounts.actions import create_staff, give_role
from ventanilla.accounts.models import Role
from ventanilla.catalogue.models import Service
from ventanilla.journal.models import Fact
from ventanilla.organisation import queries as organisation
from ventanilla.organisation.actions import create_body, create_calendar, create_unit, set_day, set_week
from ventanilla.organisation.models import Calendar, Office, PublicBody, Unit
from ventanilla.sla import events, queries
from ventanilla.sla.models import Policy

DAYS = {
    **{f"day_{day}": "09:00–12:30, 13:30–17:00" for day in range(5)},
    "day_5": "",
    "day_6": "",
}


@pytest.fixture
def administrator(body: PublicBody, client: Client) -> Client:
    user = create_staff("coordinadora", "Ana", "Coordinadora", password="una-clave-larga", is_administrator=True)
    give_role(user, body, Role.ADMINISTRATOR)
    client.force_login(user)
    return client


def address(page: str, row: Any = None) -> str:
    return f"/configuracion/{page}/{f'{row.pk}/change' if row else 'add'}/"


def saved(client: Client, url: str, fields: dict[str, Any]) -> None:
    answer = client.post(url, fields)
    assert answer.status_code == 302, answer.context["adminform"].form.errors.as_text() + str(
        [formset.formset.errors for formset in answer.context.get("inline_admin_formsets", [])]
    )
    assert "login" not in answer["location"]


def refused(client: Client, url: str, fields: dict[str, Any]) -> str:
    answer = client.post(url, fields)
    assert answer.status_code == 200
    return answer.content.decode()


def days(*rows: dict[str, Any], initial: int = 0) -> dict[str, Any]:
    """The rows of the body's own days, as the page sends them."""
    fields: dict[str, Any] = {"days-TOTAL_FORMS": len(rows), "days-INITIAL_FORMS": initial}
    for number, row in enumerate(rows):
        fields |= {f"days-{number}-{name}": value for name, value in row.items()}
    return fields


def calendar_fields(body: PublicBody, **others: Any) -> dict[str, Any]:
    return {
        "public_body": body.pk,
        "slug": "oficina",
        "name": "Oficina",
        "time_zone": "America/Montevideo",
        "closes_on_national_holidays": "on",
        **DAYS,
        **days(),
        **others,
    }


def test_a_calendar_is_made_changed_and_shown_as_typed(body: PublicBody, administrator: Client) -> None:
    half_day = {"on": "24/12/2026", "name": "Nochebuena", "hours": "9 a 12:30"}
    saved(administrator, address("organisation/calendar"), calendar_fields(body, **days(half_day)))
    calendar = Calendar.objects.get()
    assert organisation.compiled(calendar.pk).hours_on(date(2026, 12, 24)) == ((540, 750),)
    assert organisation.body_by_id(body.pk).default_calendar == calendar

    url = address("organisation/calendar", calendar)
    page = administrator.get(url).content.decode()
    assert "09:00–12:30, 13:30–17:00" in page
    assert "09:00–12:30" in page

    row = calendar.days.get()
    moved = {"id": row.pk, "calendar": calendar.pk, "on": "31/12/2026", "name": "Fin de año", "hours": ""}
    saved(administrator, url, calendar_fields(body, day_4="9:00–15:00", name="Central", **days(moved, initial=1)))
    hours = organisation.compiled(calendar.pk)
    assert hours.hours_on(date(2026, 12, 24)) == ((540, 750), (810, 1020))
    assert hours.hours_on(date(2026, 12, 31)) == ()
    assert hours.hours_on(date(2026, 12, 18)) == ((540, 900),)
    assert Calendar.objects.get().name == "Central"

    row = calendar.days.get()
    gone = {"id": row.pk, "calendar": calendar.pk, "on": "31/12/2026", "name": "Fin de año", "DELETE": "on"}
    saved(administrator, url, calendar_fields(body, day_4="9:00–15:00", name="Central", **days(gone, initial=1)))
    assert organisation.own_days(calendar.pk) == []


def test_saving_without_a_change_counts_nothing_anew(
    body: PublicBody, calendar: Calendar, administrator: Client
) -> None:
    before = calendar.version
    fields = calendar_fields(body, name="Horario de oficina")
    saved(administrator, address("organisation/calendar", calendar), fields)
    assert Calendar.objects.get().version == before


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"day_0": "9:00–12:00, 11:00–17:00"}, "se superponen"),
        ({"day_0": "17:00–9:00"}, "termina antes de empezar"),
        ({"day_0": "mañana"}, "no es un horario"),
        ({"day_0": "9:00–25:00"}, "no es una hora"),
        ({"time_zone": "Marte/Olimpo"}, "huso horario"),
        (days({"on": "24/12/2026", "name": "Nochebuena", "hours": "9:77–12"}), "no es una hora"),
    ],
)
def test_hours_that_make_no_sense_are_told_beside_the_field(
    body: PublicBody, administrator: Client, fields: dict[str, Any], said: str
) -> None:
    page = refused(administrator, address("organisation/calendar"), calendar_fields(body, **fields))
    assert said in page
    assert Calendar.objects.count() == 0


def policy_fields(body: PublicBody, calendar: Calendar, **others: Any) -> dict[str, Any]:
    return {
        "public_body": body.pk,
        "slug": "chat",
        "name": "Chat",
        "is_active": "on",
        "kind": "first_response",
        "channel": "chat",
        "case_type": "",
        "service": "",
        "basis": "office_hours",
        "target_minutes": 60,
        "warning_minutes": 15,
        "calendar": calendar.pk,
        "pauses_while_waiting": "on",
        "source": "",
        **others,
    }


def test_a_policy_is_made_and_changed(body: PublicBody, calendar: Calendar, administrator: Client) -> None:
    saved(administrator, address("sla/policy"), policy_fields(body, calendar))
    policy = Policy.objects.get()
    assert (policy.channel, policy.target_minutes, policy.is_active) == ("chat", 60, True)
    saved(
        administrator,
        address("sla/policy", policy),
        policy_fields(body, calendar, target_minutes=90, case_type="claim"),
    )
    policy.refresh_from_db()
    assert (policy.target_minutes, policy.case_type) == (90, "claim")
    assert Fact.objects.get(kind=events.POLICY_CHANGED).details["fields"] == ["case_type", "target_minutes"]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"warning_minutes": 60}, "más corto que el plazo"),
        ({"target_minutes": 0, "warning_minutes": 0}, "un minuto o más"),
        ({"channel": "email"}, "ya promete lo mismo"),
    ],
)
def test_a_policy_that_cannot_be_kept_is_told(
    body: PublicBody, calendar: Calendar, correo: Policy, administrator: Client, fields: dict[str, Any], said: str
) -> None:
    assert said in refused(administrator, address("sla/policy"), policy_fields(body, calendar, **fields))
    assert queries.policies() == [correo]


def test_the_list_says_which_promises_cannot_be_counted(
    calendar: Calendar, correo: Policy, administrator: Client
) -> None:
    assert "no tiene horarios" not in administrator.get("/configuracion/sla/policy/").content.decode()
    set_week(calendar, {})
    assert "no tiene horarios" in administrator.get("/configuracion/sla/policy/").content.decode()


def test_units_offices_and_services_are_made_and_changed(
    body: PublicBody, calendar: Calendar, administrator: Client
) -> None:
    fields: dict[str, Any] = {"public_body": body.pk, "slug": "transito", "name": "Tránsito", "email": ""}
    saved(administrator, address("organisation/unit"), fields)
    unit = Unit.objects.get()
    saved(administrator, address("organisation/unit", unit), {**fields, "name": "Tránsito y Transporte"})
    assert Unit.objects.get().name == "Tránsito y Transporte"
    assert "no puede depender de sí misma" in refused(
        administrator, address("organisation/unit", unit), {**fields, "parent": unit.pk}
    )
    fields = {"public_body": body.pk, "unit": unit.pk, "name": "Sede", "address": "18 de Julio 1360", "phone": ""}
    saved(administrator, address("organisation/office"), fields)
    office = Office.objects.get()
    saved(administrator, address("organisation/office", office), {**fields, "calendar": calendar.pk})
    assert Office.objects.get().calendar == calendar
    fields = {"public_body": body.pk, "unit": unit.pk, "slug": "libreta", "name": "Libreta", "summary": ""}
    saved(administrator, address("catalogue/service"), {**fields, "is_active": "on"})
    service = Service.objects.get()
    saved(administrator, address("catalogue/service", service), fields)
    assert Service.objects.get().is_active is False


def test_another_bodys_rows_are_neither_seen_nor_chosen(body: PublicBody, administrator: Client) -> None:
    other = create_body("otro", "Otro organismo")
    unit = create_unit(other, "transito", "Tránsito")
    hours = create_calendar(other, "oficina", "Oficina", {0: "9 a 17"})
    set_day(hours, date(2026, 12, 24), "Nochebuena")
    assert administrator.get(address("organisation/unit", unit)).status_code == 302
    assert administrator.get(address("organisation/calendar", hours)).status_code == 302
    fields = {"public_body": other.pk, "slug": "x", "name": "X", "email": ""}
    refused(administrator, address("organisation/unit"), fields)
    fields = {"public_body": body.pk, "slug": "x", "name": "X", "email": "", "parent": unit.pk}
    refused(administrator, address("organisation/unit"), fields)
    assert Unit.objects.count() == 0


def test_a_body_is_made_and_changed(body: PublicBody, calendar: Calendar, administrator: Client) -> None:
    fields: dict[str, Any] = {
        "slug": "otro",
        "name": "Otro",
        "host_names": "Otro.gub.uy",
        "reopen_window_days": 30,
        "is_active": "on",
    }
    saved(administrator, address("organisation/publicbody"), fields)
    other = organisation.body("otro")
    assert other is not None
    assert other.host_names == ["otro.gub.uy"]
    assert "es de otro organismo" in refused(
        administrator, address("organisation/publicbody", other), {**fields, "default_calendar": calendar.pk}
    )
    saved(administrator, address("organisation/publicbody", body), {**fields, "default_calendar": calendar.pk})
    assert organisation.body_by_id(body.pk).name == "Otro"


@pytest.mark.parametrize(
    "page",
    ["organisation/publicbody", "organisation/unit", "organisation/office", "organisation/calendar", "sla/policy",
     "catalogue/service"],
)  # fmt: skip
def test_every_list_and_empty_form_opens(administrator: Client, page: str) -> None:
    assert administrator.get(f"/configuracion/{page}/").status_code == 200
    assert administrator.get(address(page)).status_code == 200
