"""Never at night, never on a day off, never twice in a day."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from ventanilla.notices.models import Kind
from ventanilla.notices.rules import DEFAULTS, Wanted, is_due, is_quiet, lets_nothing_through

MONTEVIDEO = ZoneInfo("America/Montevideo")
HOURS = st.integers(0, 23)
MOMENTS = st.integers(0, 1_000_000).map(
    lambda minutes: datetime(2026, 1, 1, tzinfo=MONTEVIDEO) + timedelta(minutes=minutes)
)
DAYS = st.integers(0, 700).map(lambda days: datetime(2026, 1, 1, tzinfo=MONTEVIDEO) + timedelta(days=days))
WANTED = st.builds(
    Wanted,
    digest=st.sampled_from(["off", "hourly", "daily"]),
    daily_hour=HOURS,
    quiet_from_hour=HOURS,
    quiet_until_hour=HOURS,
    last_at=st.none() | MOMENTS,
)


@given(WANTED, MOMENTS, st.booleans())
def test_nobody_is_written_to_at_night_nor_on_a_day_off(wanted: Wanted, local: datetime, is_working_day: bool) -> None:
    if is_due(wanted, local, is_working_day=is_working_day):
        assert 8 <= local.hour < 20
        assert is_working_day
        assert wanted.digest != "off"
        assert not is_quiet(local.hour, wanted.quiet_from_hour, wanted.quiet_until_hour)


@given(WANTED, DAYS)
def test_a_daily_mail_comes_once_a_day_when_an_hour_is_left(wanted: Wanted, day: datetime) -> None:
    wanted = Wanted("daily", wanted.daily_hour, wanted.quiet_from_hour, wanted.quiet_until_hour)
    sent = 0
    for minute in range(0, 24 * 60, 5):
        local = day + timedelta(minutes=minute)
        if is_due(wanted, local, is_working_day=True):
            sent += 1
            wanted = Wanted("daily", wanted.daily_hour, wanted.quiet_from_hour, wanted.quiet_until_hour, local)
    assert sent == (0 if lets_nothing_through(wanted.quiet_from_hour, wanted.quiet_until_hour) else 1)


@given(MOMENTS, st.integers(0, 59))
def test_an_hourly_mail_leaves_an_hour_between(local: datetime, minutes: int) -> None:
    wanted = Wanted("hourly", last_at=local - timedelta(minutes=minutes))
    assert not is_due(wanted, local, is_working_day=True)


def test_every_kind_has_its_default() -> None:
    assert set(DEFAULTS) == set(Kind.values)
