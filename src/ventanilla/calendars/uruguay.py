"""The holidays of Uruguay, as a public office keeps them.

The library keeps the dates and the moves of Ley 16.805 and 17.414. Its category "public" is only what is paid for
all; an office is also closed on what it calls "bank". It lacks 1 March of the years in which the government changes
(those ending in 0 or 5), which is added here. (Carnival and the whole week of Turismo it has.)
"""

from collections.abc import Iterable
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache
from itertools import groupby
from operator import itemgetter

import holidays

from ventanilla.calendars.opening import DayException

TURISMO = "Semana de Turismo"
CHANGE_OF_GOVERNMENT = "Transmisión del Mando Presidencial"
FIRST_CHANGE_OF_GOVERNMENT = 1985  # the first since democracy came back; each is five years after the last


class HolidayKind(StrEnum):
    """PUBLIC is paid and not worked by all; on BANK ones a body may open (domain.md 2.8, "laborables")."""

    PUBLIC = "public"
    BANK = "bank"


@lru_cache(maxsize=512)
def _holidays_of(year: int) -> tuple[tuple[date, str, HolidayKind], ...]:
    found = {
        (on, name): kind
        for kind in HolidayKind
        for on, names in holidays.country_holidays("UY", years=year, categories=kind.value, language="es").items()
        for name in names.split("; ")
    }
    if year >= FIRST_CHANGE_OF_GOVERNMENT and year % 5 == 0:
        # Where the library knows the day it has a name of its own for it.
        first_of_march = date(year, 3, 1)
        found = {key: kind for key, kind in found.items() if not (key[0] == first_of_march and "Presidente" in key[1])}
        found[first_of_march, CHANGE_OF_GOVERNMENT] = HolidayKind.PUBLIC
    return tuple(sorted((on, name, kind) for (on, name), kind in found.items()))


def holidays_of(year: int) -> list[tuple[date, str, HolidayKind]]:
    """Every holiday of a year by date, with its name in Spanish; two on one day are two entries."""
    return list(_holidays_of(year))


def exceptions_for(years: Iterable[int]) -> tuple[DayException, ...]:
    """The holidays of those years as closed days, one a date, for `Opening.exceptions`.

    Years that are not asked for have no holidays in the calendar: take some more than any promise reaches.
    """
    dated = (entry for year in sorted(set(years)) for entry in _holidays_of(year))
    return tuple(
        DayException(on, "; ".join(name for _, name, _ in entries)) for on, entries in groupby(dated, key=itemgetter(0))
    )


def turismo_week(year: int) -> tuple[date, ...]:
    """Monday to Sunday of the week of Turismo, for deadlines that stop in it (Decreto 500/991 art. 109)."""
    monday = min(on for on, name, _ in _holidays_of(year) if name == TURISMO)
    return tuple(monday + timedelta(days=day) for day in range(7))
