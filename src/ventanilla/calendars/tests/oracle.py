"""The slow and obvious way, minute by minute, to check the quick one; and calendars to check with."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from ventanilla.calendars.bases import Basis
from ventanilla.calendars.opening import DayException, Opening, OpeningCalendar
from ventanilla.calendars.uruguay import exceptions_for

MONTEVIDEO = ZoneInfo("America/Montevideo")
MINUTE, QUARTER = timedelta(minutes=1), timedelta(minutes=15)

# The demo body's hours (interface.md section 4): a lunch break, national holidays, no closures of its own.
DEMO_OPENING = Opening.weekly(
    {weekday: [("9:00", "12:30"), ("13:30", "17:00")] for weekday in range(5)}, exceptions_for(range(2014, 2041))
)
DEMO = OpeningCalendar.of(DEMO_OPENING)

# Zones whose clocks jump forward and back, at night and at midnight, by an hour and by half of one.
ZONES = ("America/Montevideo", "Europe/Madrid", "America/Sao_Paulo", "Australia/Lord_Howe", "America/St_Johns", "UTC")
FIRST, LAST = (datetime.fromisoformat(day) for day in ("2014-09-01", "2015-04-30"))  # Montevideo's last changes


def local(text: str, zone: ZoneInfo = MONTEVIDEO) -> datetime:
    """ "2026-11-20 16:00" by the clock of a zone."""
    return datetime.fromisoformat(text).replace(tzinfo=zone)


def utc(instant: datetime) -> datetime:
    """For comparing and subtracting instants as such: within one zone Python does both by the clock on the wall."""
    return instant.astimezone(UTC)


def counts(basis: Basis, opening: Opening, instant: datetime) -> bool:
    """Whether the minute that begins at `instant` counts."""
    shown = instant.astimezone(ZoneInfo(opening.zone))
    hours = opening.week[shown.weekday()]
    for exception in opening.exceptions:
        if exception.on == shown.date():
            hours = exception.intervals
    if basis is Basis.CALENDAR_HOURS:
        return True
    if basis is Basis.OFFICE_HOURS:
        return any(start <= shown.hour * 60 + shown.minute < end for start, end in hours)
    return bool(hours)


def walk(basis: Basis, opening: Opening, start: datetime, end: datetime) -> timedelta:
    """Counted time between two instants on whole minutes."""
    at, counted = utc(start), timedelta(0)
    while at < utc(end):
        counted += MINUTE * counts(basis, opening, at)
        at += MINUTE
    return counted


@st.composite
def day_hours(draw: st.DrawFn) -> tuple[tuple[int, int], ...]:
    """None to three intervals of a day, also touching its ends."""
    edges = draw(st.lists(st.integers(0, 96).map(lambda quarter: quarter * 15), max_size=6, unique=True).map(sorted))
    return tuple(zip(edges[::2], edges[1::2], strict=False))


@st.composite
def openings(draw: st.DrawFn, zones: tuple[str, ...] = ZONES) -> Opening:
    """Any week that is open at some time, with a few exceptional days."""
    week = draw(st.tuples(*[day_hours()] * 7).filter(any))
    exceptions = draw(
        st.lists(
            st.builds(DayException, st.dates(FIRST.date(), LAST.date()), st.text("abc", max_size=3), day_hours()),
            max_size=24,
        )
    )
    return Opening(week, tuple(exceptions), draw(st.sampled_from(zones)))


def instants() -> st.SearchStrategy[datetime]:
    """In the years when Montevideo changed its clocks and stopped doing so; often where intervals begin and end."""
    first, quarters = FIRST.replace(tzinfo=UTC), (LAST - FIRST) // QUARTER
    return st.datetimes(FIRST, LAST, timezones=st.just(UTC)) | st.integers(0, quarters).map(
        lambda n: first + QUARTER * n
    )


def around(*days: date) -> st.SearchStrategy[datetime]:
    """Whole minutes within a day of the given ones: the nights when clocks change."""
    middles = st.sampled_from([datetime(day.year, day.month, day.day, tzinfo=UTC) for day in days])
    return st.builds(lambda middle, shift: middle + MINUTE * shift, middles, st.integers(-1_440, 2_880))


def durations(most: timedelta = timedelta(days=10)) -> st.SearchStrategy[timedelta]:
    """Zero or more, to the microsecond, or in quarters of an hour, so that they end where intervals do.

    Ten days twice take at most 37 years where an office opens a quarter of an hour a week: within every calendar.
    """
    return st.timedeltas(timedelta(0), most) | st.integers(0, most // QUARTER).map(lambda number: QUARTER * number)
