"""When training counts, what a course holds, and how it is marked. Pure."""

from calendar import monthrange
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

ZONE: Final = ZoneInfo("America/Montevideo")
"""A certificate's days are the civil days of the country: its last one counts until midnight there."""

LONGEST_EXEMPTION: Final = timedelta(days=30)
"""No official number: long enough to be trained, too short to replace it."""


class BadCourse(ValueError):
    """The text of a course does not make sense; the message says where."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """One page; paragraphs, and points under them."""

    title: str
    paragraphs: Sequence[str]
    points: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """One option is right; the explanation says why."""

    text: str
    options: Sequence[str]
    right: int
    explanation: str


@dataclass(frozen=True, slots=True)
class Content:
    """What a course teaches and asks."""

    lessons: Sequence[Lesson]
    questions: Sequence[Question]


def day_bounds(day: date) -> tuple[datetime, datetime]:
    """Its first moment, and the first of the day after."""
    return datetime.combine(day, time(), ZONE), datetime.combine(day + timedelta(days=1), time(), ZONE)


def counts_at(valid_from_on: date, valid_until_on: date | None, revoked_on: date | None, at: datetime) -> bool:
    """Whether a certificate counts at that moment. The day of its revocation no longer counts."""
    on = at.astimezone(ZONE).date()
    return (
        valid_from_on <= on
        and (valid_until_on is None or on <= valid_until_on)
        and (revoked_on is None or on < revoked_on)
    )


def is_in_force(from_at: datetime, until_at: datetime, ended_at: datetime | None, at: datetime) -> bool:
    """Whether an exception counts at that moment."""
    return from_at <= at < until_at and (ended_at is None or at < ended_at)


def months_later(day: date, months: int) -> date:
    """The same day so many months later; the month's last day where it has no such day."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def read_content(raw: Mapping[str, Any]) -> Content:
    """Raises BadCourse."""
    try:
        lessons = [
            Lesson(str(one["title"]), tuple(map(str, one["paragraphs"])), tuple(map(str, one.get("points", ()))))
            for one in raw["lessons"]
        ]
        questions = [
            Question(str(one["text"]), tuple(map(str, one["options"])), int(one["right"]), str(one["explanation"]))
            for one in raw["questions"]
        ]
    except (KeyError, TypeError, ValueError) as problem:
        raise BadCourse(f"a part of the course is missing or wrong: {problem}") from problem
    if not lessons or not questions:
        raise BadCourse("a course has lessons and questions")
    for number, question in enumerate(questions, start=1):
        if len(set(question.options)) != len(question.options) or len(question.options) < 2:
            raise BadCourse(f"question {number}: two options or more, each another")
        if not 0 <= question.right < len(question.options) or not question.explanation:
            raise BadCourse(f"question {number}: which option is right, and why")
    return Content(lessons, questions)


def unanswered(questions: Sequence[Question], answers: Mapping[str, int]) -> list[int]:
    """Numbers, from 0, of the questions without an answer among their options."""
    return [
        number
        for number, question in enumerate(questions)
        if not 0 <= answers.get(str(number), -1) < len(question.options)
    ]


def score(questions: Sequence[Question], answers: Mapping[str, int]) -> int:
    """The percentage of right answers, rounded down: nobody passes by rounding."""
    right = sum(answers.get(str(number)) == question.right for number, question in enumerate(questions))
    return right * 100 // len(questions)
