"""Opening hours as people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ventanilla.organisation.rules import BadHours, HoursProblem, check_hours, format_hours, parse_hours

DAY = ((540, 750), (810, 1020))


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("09:00–12:30, 13:30–17:00", DAY),
        ("9:00-12:30,13:30-17:00", DAY),
        ("9:00 a 12:30 y 13:30 a 17:00", DAY),
        ("13:30 — 17:00; 9:00 — 12:30", DAY),
        ("9 a 17", ((540, 1020),)),
        ("9h a 17h", ((540, 1020),)),
        ("9 a 17 hs", ((540, 1020),)),
        ("0:00–24:00", ((0, 1440),)),
        ("", ()),
        ("  ", ()),
        ("—", ()),
        ("Cerrado", ()),
    ],
)
def test_what_people_write_is_understood(text: str, hours: tuple[tuple[int, int], ...]) -> None:
    assert parse_hours(text) == hours


@pytest.mark.parametrize(
    ("text", "problem", "part"),
    [
        ("9:00", HoursProblem.NOT_AN_INTERVAL, "9:00"),
        ("9:00–12:30–17:00", HoursProblem.NOT_AN_INTERVAL, "9:00–12:30–17:00"),
        ("9:00–12:30,", HoursProblem.NOT_AN_INTERVAL, ""),
        ("mañana", HoursProblem.NOT_AN_INTERVAL, "mañana"),
        ("9:00–12:60", HoursProblem.NOT_A_TIME, "12:60"),
        ("9:00–25:00", HoursProblem.NOT_A_TIME, "25:00"),
        ("nueve–doce", HoursProblem.NOT_A_TIME, "nueve"),
        ("17:00–9:00", HoursProblem.BACKWARDS, "17:00–09:00"),
        ("9:00–9:00", HoursProblem.BACKWARDS, "09:00–09:00"),
        ("9:00–12:00, 11:00–17:00", HoursProblem.OVERLAP, "09:00–12:00, 11:00–17:00"),
    ],
)
def test_what_makes_no_sense_is_named(text: str, problem: HoursProblem, part: str) -> None:
    with pytest.raises(BadHours) as refused:
        parse_hours(text)
    assert (refused.value.problem, refused.value.text) == (problem, part)


@given(st.lists(st.integers(0, 1440), min_size=2, max_size=8, unique=True))
def test_what_is_shown_can_be_typed_again(minutes: list[int]) -> None:
    edges = sorted(minutes)[: len(minutes) // 2 * 2]
    hours = check_hours(zip(edges[::2], edges[1::2], strict=True))
    assert parse_hours(format_hours(hours)) == hours
