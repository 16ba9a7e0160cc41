"""The explanation is complete, adds up, and reads as a person would say it."""

from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ventanilla.calendars.bases import Basis, due
from ventanilla.calendars.explanation import as_text, explain
from ventanilla.calendars.opening import DayException, ExceptionKind, Opening, OpeningCalendar
from ventanilla.calendars.tests.oracle import DEMO, durations, instants, local, openings, utc

HOURS_24 = timedelta(hours=24)


@given(openings(zones=("UTC", "America/Montevideo")), instants(), durations(timedelta(days=9)), st.sampled_from(Basis))
def test_steps_follow_each_other_and_add_up(
    opening: Opening, start: datetime, duration: timedelta, basis: Basis
) -> None:
    calendar = OpeningCalendar(opening)
    steps = explain(basis, calendar, start, duration)
    if basis is not Basis.NEXT_BUSINESS_DAY or opening.zone == "UTC":
        assert sum((step.counted for step in steps), timedelta(0)) == duration
    if not duration:
        assert as_text(steps) == []
        return
    assert utc(steps[0].start) == start
    assert utc(steps[-1].end) == utc(due(basis, calendar, start, duration))
    for before, after in pairwise(steps):
        assert utc(before.end) == utc(after.start)
        assert before.is_counted != after.is_counted
    assert all(step.reason for step in steps)
    assert len(as_text(steps)) == len(steps) + 1


def test_friday_afternoon_on_business_days() -> None:
    assert as_text(explain(Basis.BUSINESS_DAY_HOURS, DEMO, local("2026-11-20 16:00"), HOURS_24)) == [
        "viernes 20/11/2026 16:00 a 24:00: cuenta 8 h (días hábiles)",
        "sábado 21/11/2026 00:00 a domingo 22/11/2026 24:00: no cuenta (fin de semana)",
        "lunes 23/11/2026 00:00 a 16:00: cuenta 16 h (días hábiles)",
        "En total 24 h: vence el lunes 23/11/2026 a las 16:00",
    ]


def test_saturday_morning_on_business_days() -> None:
    assert as_text(explain(Basis.BUSINESS_DAY_HOURS, DEMO, local("2026-11-21 10:00"), HOURS_24)) == [
        "sábado 21/11/2026 10:00 a domingo 22/11/2026 24:00: no cuenta (fin de semana)",
        "lunes 23/11/2026 00:00 a 24:00: cuenta 24 h (días hábiles)",
        "En total 24 h: vence al terminar el lunes 23/11/2026",
    ]


def test_over_turismo_in_office_hours_with_lunch() -> None:
    assert as_text(explain(Basis.OFFICE_HOURS, DEMO, local("2026-03-27 12:00"), timedelta(hours=4, minutes=15))) == [
        "viernes 27/03/2026 12:00 a 12:30: cuenta 30 min (horario de atención)",
        "viernes 27/03/2026 12:30 a 13:30: no cuenta (fuera de horario)",
        "viernes 27/03/2026 13:30 a 17:00: cuenta 3 h 30 min (horario de atención)",
        "viernes 27/03/2026 17:00 a lunes 06/04/2026 09:00: no cuenta (fin de semana, feriado: Semana de Turismo)",
        "lunes 06/04/2026 09:00 a 09:15: cuenta 15 min (horario de atención)",
        "En total 4 h 15 min: vence el lunes 06/04/2026 a las 09:15",
    ]


def test_around_the_clock_is_one_line() -> None:
    assert as_text(explain(Basis.CALENDAR_HOURS, DEMO, local("2026-11-20 16:00:30"), HOURS_24)) == [
        "viernes 20/11/2026 16:00:30 a sábado 21/11/2026 16:00:30: cuenta 24 h (todas las horas)",
        "En total 24 h: vence el sábado 21/11/2026 a las 16:00:30",
    ]


def test_the_same_time_of_the_next_business_day_may_wait_after_the_count() -> None:
    assert as_text(explain(Basis.NEXT_BUSINESS_DAY, DEMO, local("2026-11-20 00:00"), HOURS_24)) == [
        "viernes 20/11/2026 00:00 a 24:00: cuenta 24 h (días hábiles)",
        "sábado 21/11/2026 00:00 a domingo 22/11/2026 24:00: no cuenta (fin de semana)",
        "En total 24 h: vence el lunes 23/11/2026 a las 00:00",
    ]


def test_closures_half_days_and_days_without_hours_are_named() -> None:
    exceptions = [
        DayException(date(2026, 12, 24), "Nochebuena", ((540, 720),), ExceptionKind.SPECIAL),
        DayException(date(2026, 12, 25), "Día de la Familia"),
        *(
            DayException(date(2026, 12, day), "receso de verano", kind=ExceptionKind.CLOSURE)
            for day in (26, 27, 28, 29)
        ),
    ]
    calendar = OpeningCalendar(Opening.weekly({day: [("9:00", "17:00")] for day in (0, 1, 3, 4)}, exceptions))
    why = "horario especial: Nochebuena, feriado: Día de la Familia, cerrado: receso de verano, miércoles sin atención"
    assert as_text(explain(Basis.OFFICE_HOURS, calendar, local("2026-12-24 11:00"), timedelta(hours=2))) == [
        "jueves 24/12/2026 11:00 a 12:00: cuenta 1 h (horario especial: Nochebuena)",
        f"jueves 24/12/2026 12:00 a jueves 31/12/2026 09:00: no cuenta ({why})",
        "jueves 31/12/2026 09:00 a 10:00: cuenta 1 h (horario de atención)",
        "En total 2 h: vence el jueves 31/12/2026 a las 10:00",
    ]


def test_days_without_a_name_and_single_days_of_a_weekend() -> None:
    exceptions = [
        DayException(date(2026, 11, 23)),
        DayException(date(2026, 11, 24), kind=ExceptionKind.CLOSURE),
        DayException(date(2026, 11, 25), "", ((600, 660),)),
    ]
    week = {day: [("9:00", "17:00")] for day in range(6)}
    calendar = OpeningCalendar(Opening.weekly(week, exceptions))
    [saturday, gap, special] = explain(Basis.OFFICE_HOURS, calendar, local("2026-11-21 16:00"), timedelta(minutes=90))
    assert saturday.counted_minutes == 60
    assert gap.reason == "domingo, feriado, cerrado, horario especial"
    assert special.reason == "horario especial"
    [closed, _] = explain(Basis.OFFICE_HOURS, DEMO, local("2026-11-22 10:00"), timedelta(hours=1))
    assert closed.reason == "domingo"


def test_words_are_translated_where_asked() -> None:
    words = {"fin de semana": "weekend", "días hábiles": "business days", "lunes": "Monday", "sábado": "Saturday"}
    steps = explain(
        Basis.BUSINESS_DAY_HOURS, DEMO, local("2026-11-21 10:00"), HOURS_24, lambda text: words.get(text, text)
    )
    assert [step.reason for step in steps] == ["weekend", "business days"]
    assert as_text(steps, lambda text: words.get(text, text))[1].startswith("Monday 23/11/2026")


def test_a_promise_has_no_negative_duration() -> None:
    with pytest.raises(ValueError, match="negative"):
        explain(Basis.OFFICE_HOURS, DEMO, local("2026-11-21 10:00"), -HOURS_24)
