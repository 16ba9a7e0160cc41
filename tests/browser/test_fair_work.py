"""Trained people and fair work in a real browser: training decides, contracts and certificates end, work moves."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import NARROW, WIDE

from ventanilla.accounts import actions as accounts
from ventanilla.accounts.models import Role
from ventanilla.demo.post import case_of, deliver
from ventanilla.flow import contracts
from ventanilla.flow import desk as line
from ventanilla.flow.reactions import react
from ventanilla.journal.actors import staff
from ventanilla.kit import clock
from ventanilla.kit.clock import FakeClock
from ventanilla.workforce import actions as workforce
from ventanilla.workforce import queries as people
from ventanilla.worklist import queries as worklist

if TYPE_CHECKING:
    from tests.browser.conftest import Desk

    from ventanilla.cases.models import Case

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("bulk-browser")]

LAST_EVENING = datetime(2027, 1, 1, 2, 59, tzinfo=UTC)
"""31 December 2026, 23:59 in Montevideo."""
LAST_DAY = date(2026, 12, 31)
ILL = 40


@pytest.fixture
def evening() -> Iterator[FakeClock]:
    with clock.frozen(LAST_EVENING, everywhere=True) as moment:
        yield moment


def by_portal(desk: "Desk") -> "Case":
    form = {
        "id": "formulario-1",
        "sender": {"kind": "email", "value": "rosa@example.org", "name": "Rosa"},
        "type": "information",
        "subject": "Por el portal",
        "text": "Hola",
    }
    return case_of(deliver(desk.stage, json.dumps(form).encode(), account=desk.stage.portal))


def only_mail(desk: "Desk") -> Any:
    """The only one who is there; the others are trained for both and gone."""
    for agent in (desk.stage.agent, desk.stage.colleague):
        workforce.set_presence(agent, "gone")
    user = accounts.create_staff("correo", "Carla", "Ruiz", password_hash="!")
    accounts.give_role(user, desk.stage.body, Role.AGENT)
    agent = workforce.create_agent(user, [desk.stage.team], presence="available")
    workforce.certify(agent, "email", date(2026, 1, 1))
    return user


def test_whoever_is_trained_in_mail_gets_no_other_channel(desk: "Desk", audit: Callable[[Page], None]) -> None:
    user = only_mail(desk)
    other, mail = by_portal(desk), desk.receive("Hola", subject="Por correo")
    page = desk.sign_in(user)
    page.goto("/mostrador/?vista=mias", wait_until="networkidle")
    expect(page.locator("#cola-filas")).to_contain_text(mail.code)
    expect(page.locator("#cola-filas")).not_to_contain_text(other.code)
    page.goto(f"/mostrador/{other.code}/", wait_until="networkidle")
    page.get_by_role("button", name="Tomar").first.click()
    expect(page.get_by_text("certificado vigente").first).to_be_visible()
    audit(page)
    row = worklist.row(other.pk)
    assert row is not None
    assert row.agent_user_id is None


def test_a_certificate_ends_at_midnight(desk: "Desk", evening: FakeClock, audit: Callable[[Page], None]) -> None:
    workforce.set_presence(desk.stage.colleague, "gone")
    for one in people.certificates_of(desk.stage.agent.pk):
        workforce.certify(desk.stage.agent, one.channel, one.valid_from_on, LAST_DAY)
    before = desk.receive("Hola", subject="Antes", sender="a@example.com")
    page = desk.sign_in(desk.stage.agent_user)
    page.goto("/mostrador/capacitacion/", wait_until="networkidle")
    expect(page.locator("main")).to_contain_text("31/12/2026")
    evening.advance(timedelta(minutes=1))
    after = desk.receive("Hola", subject="Después", sender="b@example.com")
    page.goto("/mostrador/?vista=mias", wait_until="networkidle")
    expect(page.locator("#cola-filas")).to_contain_text(before.code)
    expect(page.locator("#cola-filas")).not_to_contain_text(after.code)
    board = desk.sign_in(desk.stage.supervisor)
    board.goto("/supervision/", wait_until="networkidle")
    expect(board.get_by_text("Nadie disponible").first).to_be_visible()
    audit(board)
    board.goto(f"/supervision/solicitudes/{after.code}/porque/", wait_until="networkidle")
    expect(board.locator("main")).to_contain_text("certificado")
    audit(board)


def test_a_contract_ends_in_the_middle_of_a_shift(desk: "Desk", evening: FakeClock) -> None:
    provider = workforce.create_provider(desk.stage.body, "Contacto del Sur", date(2026, 1, 1), LAST_DAY)
    team = workforce.create_team(desk.stage.body, "contratado", "Contratado", [desk.stage.account], provider=provider)
    user = accounts.create_staff("centro", "Valeria", "Núñez")
    accounts.give_role(user, desk.stage.body, Role.AGENT)
    agent = workforce.create_agent(user, [team], presence="available")
    workforce.certify(agent, "email", date(2026, 1, 1))
    case = desk.receive("Hola", subject="Poda", sender="a@example.com")
    line.assign(staff(desk.stage.supervisor.pk), case.pk, agent_id=agent.pk, team_id=team.pk)
    page = desk.sign_in(user)
    page.goto(f"/mostrador/{case.code}/", wait_until="networkidle")
    expect(page.get_by_role("heading", name="Poda").first).to_be_visible()
    evening.advance(timedelta(minutes=1))
    contracts.follow()
    answer = page.goto(f"/mostrador/{case.code}/")
    assert answer is not None
    assert answer.status in (403, 404)
    expect(page.locator("body")).not_to_contain_text(desk.stage.body.name)
    row = worklist.row(case.pk)
    assert row is not None
    assert (row.team_id, row.agent_user_id) == (desk.stage.team.pk, None)


def test_somebody_falls_ill_and_forty_cases_move(desk: "Desk", audit: Callable[[Page], None]) -> None:
    supervisor = staff(desk.stage.supervisor.pk)
    workforce.set_presence(desk.stage.colleague, "gone")
    found = [desk.receive("Hola", subject=f"Asunto {one}", sender=f"p{one}@example.com") for one in range(ILL)]
    for case in found:
        line.assign(supervisor, case.pk, agent_id=desk.stage.agent.pk, team_id=desk.stage.team.pk)
    workforce.change_agent(desk.stage.colleague, max_open_cases=ILL)
    workforce.set_presence(desk.stage.colleague, "available")
    page = desk.sign_in(desk.stage.supervisor)
    page.goto(f"/supervision/ejecutivos/{desk.stage.agent.pk}/reasignar/", wait_until="networkidle")
    expect(page.get_by_text(f"{ILL} solicitudes abiertas")).to_be_visible()
    audit(page)
    page.get_by_label("Marcar que se fue").check()
    page.get_by_label(f"Sí, pasar las {ILL}").check()
    page.get_by_role("button", name="Pasar").press("Enter")
    expect(page.get_by_text(f"Se hizo en {ILL} de {ILL}")).to_be_visible(timeout=30_000)
    rows = worklist.rows([case.pk for case in found])
    assert {row.agent_user_id for row in rows.values()} == {desk.stage.colleague.user_id}
    assert str(people.agent(desk.stage.agent.pk).presence) == "gone"  # type: ignore[union-attr] # she is on the stage


@pytest.mark.parametrize("viewport", [WIDE, NARROW], ids=["1280", "360"])
def test_notices_are_accessible(desk: "Desk", audit: Callable[[Page], None], viewport: Any) -> None:
    for _time in range(3):
        react()
    case = desk.receive("Hola", subject="Un asunto", sender="a@example.com")
    line.assign(staff(desk.stage.supervisor.pk), case.pk, agent_id=desk.stage.agent.pk, team_id=desk.stage.team.pk)
    for _time in range(3):
        react()
    page = desk.sign_in(desk.stage.agent_user, viewport)
    page.goto("/mostrador/avisos/", wait_until="networkidle")
    expect(page.locator("#campana")).to_have_accessible_name("Avisos: 2 sin leer")
    audit(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.goto("/mostrador/avisos/preferencias/", wait_until="networkidle")
    audit(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_label("Me asignan una solicitud: en el mostrador").uncheck()
    page.get_by_role("button", name="Guardar").press("Enter")
    expect(page.get_by_label("Me asignan una solicitud: en el mostrador")).not_to_be_checked()
    page.goto("/mostrador/avisos/")
    page.get_by_role("button", name="Abrir").first.press("Enter")
    expect(page).to_have_url(f"{desk.address}/mostrador/{case.code}/")
    page.goto("/mostrador/confidencialidad/", wait_until="networkidle")
    audit(page)
