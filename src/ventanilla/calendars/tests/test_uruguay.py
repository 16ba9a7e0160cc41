"""Uruguay's holidays against every vector of domain.md 2.8."""

from datetime import date, timedelta

import pytest

from ventanilla.calendars.opening import Opening, OpeningCalendar
from ventanilla.calendars.uruguay import HolidayKind, exceptions_for, holidays_of, turismo_week

YEARS = range(2022, 2029)
FIXED = ((1, 1), (1, 6), (5, 1), (6, 19), (7, 18), (8, 25), (11, 2), (12, 25))
PAID_FOR_ALL = ((1, 1), (5, 1), (7, 18), (8, 25), (12, 25))
MOVED = {
    2022: ((4, 18), (5, 16), (10, 10)),
    2023: ((4, 17), (5, 22), (10, 16)),
    2024: ((4, 22), (5, 18), (10, 12)),
    2025: ((4, 19), (5, 18), (10, 12)),
    2026: ((4, 19), (5, 18), (10, 12)),
    2027: ((4, 19), (5, 17), (10, 11)),
    2028: ((4, 17), (5, 22), (10, 16)),
}
EASTER = {
    2022: (4, 17),
    2023: (4, 9),
    2024: (3, 31),
    2025: (4, 20),
    2026: (4, 5),
    2027: (3, 28),
    2028: (4, 16),
}


def days_of(year: int, *names: str) -> list[date]:
    return [on for on, name, _ in holidays_of(year) if not names or name in names]


@pytest.mark.parametrize("year", YEARS)
def test_every_holiday_of_the_year_and_no_other(year: int) -> None:
    easter = date(year, *EASTER[year])
    movable = [easter - timedelta(days=days) for days in (48, 47, 6, 5, 4, 3, 2)]
    first_of_march = [date(year, 3, 1)] if year % 5 == 0 else []
    expected = {date(year, *day) for day in FIXED + MOVED[year]} | set(movable) | set(first_of_march)
    assert set(days_of(year)) == expected


@pytest.mark.parametrize("year", YEARS)
def test_the_moved_ones_carry_their_names(year: int) -> None:
    names = ("Desembarco de los 33 Orientales", "Batalla de Las Piedras", "Día de la Diversidad Cultural")
    assert days_of(year, *names) == [date(year, *day) for day in MOVED[year]]


@pytest.mark.parametrize(
    ("year", "carnival", "turismo"),
    [
        (2026, (date(2026, 2, 16), date(2026, 2, 17)), date(2026, 3, 30)),
        (2027, (date(2027, 2, 8), date(2027, 2, 9)), date(2027, 3, 22)),
        (2028, (date(2028, 2, 28), date(2028, 2, 29)), date(2028, 4, 10)),
    ],
)
def test_carnival_and_the_week_of_turismo(year: int, carnival: tuple[date, date], turismo: date) -> None:
    week = [turismo + timedelta(days=day) for day in range(7)]
    assert days_of(year, "Carnaval") == list(carnival)
    assert days_of(year, "Semana de Turismo") == week[:5]
    assert list(turismo_week(year)) == week


@pytest.mark.parametrize("year", YEARS)
def test_what_is_paid_for_all(year: int) -> None:
    expected = [date(year, *day) for day in PAID_FOR_ALL] + [date(year, 3, 1)] * (year % 5 == 0)
    assert [on for on, _, kind in holidays_of(year) if kind is HolidayKind.PUBLIC] == sorted(expected)


@pytest.mark.parametrize("year", [1985, 2015, 2020, 2025, 2030, 2035])
def test_a_change_of_government_is_one_holiday_of_one_name(year: int) -> None:
    assert [entry[1:] for entry in holidays_of(year) if entry[0] == date(year, 3, 1)] == [
        ("Transmisión del Mando Presidencial", HolidayKind.PUBLIC)
    ]


def test_exceptions_are_one_a_date_and_close_the_office() -> None:
    years = range(2020, 2041)
    exceptions = exceptions_for(years)
    assert len({exception.on for exception in exceptions}) == len(exceptions)
    calendar = OpeningCalendar(Opening.weekly({day: [("9:00", "17:00")] for day in range(7)}, exceptions))
    for year in years:
        assert not any(calendar.is_business_day(on) for on in days_of(year))
    assert calendar.is_business_day(date(2026, 3, 1))


def test_callers_cannot_spoil_what_is_kept() -> None:
    holidays_of(2026).clear()
    assert holidays_of(2026)
