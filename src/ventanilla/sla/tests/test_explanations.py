"""What the screen says about a due moment: each line can be checked by hand (lessons.md 13)."""

import pytest

from ventanilla.calendars.opening import NeverOpen
from ventanilla.organisation.actions import set_day, set_week
from ventanilla.organisation.models import Calendar, PublicBody
from ventanilla.sla import actions, queries
from ventanilla.sla.models import Policy
from ventanilla.sla.tests.conftest import CaseMaker, local


def test_carnival_is_named(correo: Policy) -> None:
    promise = queries.promise(correo, local("2026-02-13 16:00"))
    assert promise.due_at.isoformat() == "2026-02-18T16:00:00-03:00"
    assert promise.lines == [
        (
            "«Correo electrónico» (primera respuesta): 24 h. Se cuenta en horas de días hábiles, las 24 de cada día, "
            "según el calendario «Horario de oficina»."
        ),
        "Surge del Modelo de Atención o de una norma: domain.md 1.2.",
        "viernes 13/02/2026 16:00 a 24:00: cuenta 8 h (días hábiles)",
        "sábado 14/02/2026 00:00 a martes 17/02/2026 24:00: no cuenta (fin de semana, feriado: Carnaval)",
        "miércoles 18/02/2026 00:00 a 16:00: cuenta 16 h (días hábiles)",
        "Vence el miércoles 18/02/2026 16:00.",
    ]


def test_a_half_day_is_named(calendar: Calendar, resolution: Policy) -> None:
    set_day(calendar, local("2026-12-24 00:00").date(), "Nochebuena", "9:00–12:30")
    resolution.refresh_from_db()
    text = "\n".join(queries.promise(resolution, local("2026-12-23 16:00")).lines)
    assert "Es una elección del organismo" in text
    assert "jueves 24/12/2026 09:00 a 12:30: cuenta 3 h 30 min (horario especial: Nochebuena)" in text
    assert "feriado" in text


def test_the_end_of_a_day_is_said_as_such(correo: Policy) -> None:
    promise = queries.promise(correo, local("2026-02-07 10:00"))
    assert promise.due_at.isoformat() == "2026-02-10T00:00:00-03:00"
    assert promise.lines[-1] == "Vence al terminar el lunes 09/02/2026."


def test_pauses_and_the_announced_date_are_told(correo: Policy, make_case: CaseMaker) -> None:
    case = make_case()
    (clock,) = actions.start([case])[case.case_id]
    actions.pause([case.case_id], local("2026-02-02 15:00"))
    assert queries.explain(clock.pk)[-1] == "En pausa mientras se espera a la persona: contó 5 h y quedan 19 h."
    actions.resume([case.case_id], local("2026-02-04 09:00"))
    assert queries.explain(clock.pk)[2:] == [
        "lunes 02/02/2026 10:00 a 15:00: cuenta 5 h (días hábiles)",
        "lunes 02/02/2026 15:00 a miércoles 04/02/2026 09:00: en pausa (se esperaba a la persona)",
        "miércoles 04/02/2026 09:00 a jueves 05/02/2026 04:00: cuenta 19 h (días hábiles)",
        "Vence el jueves 05/02/2026 04:00.",
    ]
    actions.announce(case.case_id, local("2026-02-11 12:00"), local("2026-02-04 10:00"))
    assert queries.explain(clock.pk)[-2:] == [
        "Se avisó a la persona que el asunto es complejo. Rige la fecha anunciada: miércoles 11/02/2026 12:00.",
        "Vence el miércoles 11/02/2026 12:00.",
    ]


def test_an_end_in_time_or_not_is_told(correo: Policy, make_case: CaseMaker) -> None:
    punctual, late, merged = make_case(), make_case(), make_case()
    started = actions.start([punctual, late, merged])
    actions.stop([punctual.case_id], {"first_response"}, local("2026-02-03 09:00"))
    actions.stop([late.case_id], {"first_response"}, local("2026-02-03 11:00"))
    actions.cancel([merged.case_id], local("2026-02-02 11:00"))
    last = {case_id: queries.explain(clocks[0].pk)[-1] for case_id, clocks in started.items()}
    assert last == {
        punctual.case_id: "Cumplido el martes 03/02/2026 09:00.",
        late.case_id: "Se cumplió fuera de plazo, el martes 03/02/2026 11:00; vencía el martes 03/02/2026 10:00.",
        merged.case_id: "Anulado el lunes 02/02/2026 11:00.",
    }
    assert queries.explain(0) == []


@pytest.mark.parametrize(
    ("basis", "minutes", "turismo", "due", "lines"),
    [
        (
            "business_days",
            5 * 1440,
            False,
            "2026-02-20T17:00:00-03:00",
            [
                "jueves 12/02/2026 a viernes 13/02/2026: cuenta 2 días hábiles",
                "sábado 14/02/2026 a martes 17/02/2026: no cuenta (fin de semana, feriado: Carnaval)",
                "miércoles 18/02/2026 a viernes 20/02/2026: cuenta 3 días hábiles",
                "Vence el viernes 20/02/2026 17:00.",
            ],
        ),
        (
            "calendar_days",
            3 * 1440,
            False,
            "2026-02-18T17:00:00-03:00",
            [
                "3 días desde el jueves 12/02/2026.",
                "El último día no es hábil: pasa al siguiente día hábil.",
                "Vence el miércoles 18/02/2026 17:00.",
            ],
        ),
        (
            "calendar_days",
            50 * 1440,
            True,
            "2026-04-09T17:00:00-03:00",
            [
                "50 días desde el jueves 12/02/2026.",
                "La Semana de Turismo no cuenta (Decreto 500/991, art. 109).",
                "Vence el jueves 09/04/2026 17:00.",
            ],
        ),
    ],
)
def test_terms_of_the_law_are_told_in_days(
    body: PublicBody, calendar: Calendar, basis: str, minutes: int, turismo: bool, due: str, lines: list[str]
) -> None:
    law = actions.create_policy(
        body,
        "ley",
        "Ley",
        kind="legal",
        basis=basis,
        target_minutes=minutes,
        calendar=calendar,
        stops_in_turismo=turismo,
        is_official=True,
        source="Decreto 500/991",
    )
    promise = queries.promise(law, local("2026-02-11 10:00"))
    assert promise.due_at.isoformat() == due
    assert promise.lines[2:] == lines


def test_a_calendar_without_hours_promises_nothing(calendar: Calendar, correo: Policy) -> None:
    set_week(calendar, {})
    correo.refresh_from_db()
    with pytest.raises(NeverOpen):
        queries.promise(correo, local("2026-02-11 10:00"))
