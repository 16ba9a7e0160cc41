"""Writes the courses of a body, and how far somebody is in one."""

import tomllib
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

from django.db import transaction

from ventanilla.journal.actions import NewFact, record
from ventanilla.journal.actors import SYSTEM, Actor
from ventanilla.kit import clock
from ventanilla.organisation.models import PublicBody
from ventanilla.workforce import events
from ventanilla.workforce.actions.training import certify
from ventanilla.workforce.models import Agent, Course, CourseRun
from ventanilla.workforce.queries.people import today
from ventanilla.workforce.training_rules import months_later, read_content, score, unanswered


class Unfinished(ValueError):
    """Questions without an answer; their numbers, from 0."""

    def __init__(self, numbers: list[int]) -> None:
        super().__init__(numbers)
        self.numbers = numbers


@transaction.atomic
def load_starters(body: PublicBody) -> list[Course]:
    """Give the body the starter course of each channel whose identifier it does not have; its own stay as they are.

    Emits workforce.course_written of each.
    """
    had = set(Course.unscoped.filter(public_body=body).values_list("slug", flat=True))
    made = []
    for source in sorted(files("ventanilla.workforce").joinpath("courses").iterdir(), key=lambda one: one.name):
        slug, _dot, kind = source.name.rpartition(".")
        if kind == "toml" and slug not in had:
            raw = tomllib.loads(source.read_text(encoding="utf-8"))
            content = {"lessons": raw.pop("lessons"), "questions": raw.pop("questions")}
            made.append(write_course(body, slug, content=content, **raw))
    return made


@transaction.atomic
def write_course(
    body: PublicBody,
    slug: str,
    *,
    channel: str,
    title: str,
    summary: str,
    content: Mapping[str, Any],
    pass_percent: int = 75,
    valid_months: int = 12,
    actor: Actor = SYSTEM,
) -> Course:
    """Write a course, or another version of it that takes the place of the last; runs under way keep the text they
    began with. Raises BadCourse. Emits workforce.course_written."""
    read_content(content)
    PublicBody.objects.select_for_update().get(pk=body.pk)
    last = Course.unscoped.filter(public_body=body, slug=slug).order_by("-version").first()
    Course.unscoped.filter(public_body=body, slug=slug, is_active=True).update(is_active=False)
    course = Course(
        public_body=body,
        slug=slug,
        version=last.version + 1 if last else 1,
        channel=channel,
        title=title,
        summary=summary,
        content=dict(content),
        pass_percent=pass_percent,
        valid_months=valid_months,
    )
    course.save()
    details = {"course_id": course.pk, "version": course.version}
    record(NewFact(events.COURSE_WRITTEN, body.pk, actor, channel=channel, details=details))
    return course


@transaction.atomic
def start_run(agent: Agent, course: Course) -> CourseRun:
    """The run that she has open in the course, or a new one."""
    Agent.objects.select_for_update().get(pk=agent.pk)
    found = CourseRun.objects.filter(agent=agent, course=course, finished_at=None).first()
    return found or CourseRun.objects.create(agent=agent, course=course, started_at=clock.now())


@transaction.atomic
def read_lesson(run: CourseRun, number: int) -> None:
    """She read the lesson of that number, from 1, and all before it."""
    CourseRun.objects.filter(pk=run.pk, finished_at=None, lessons_read__lt=number).update(lessons_read=number)


@transaction.atomic
def save_answers(run: CourseRun, answers: Mapping[str, int]) -> None:
    """Keep what she chose so far."""
    CourseRun.objects.filter(pk=run.pk, finished_at=None).update(answers=dict(answers))


@transaction.atomic
def finish_run(run: CourseRun) -> CourseRun:
    """Mark her answers; who passes is certified from today. A finished run stays as it is.

    Raises Unfinished. Emits workforce.course_finished and, for who passes, workforce.certificate_given.
    """
    locked = CourseRun.objects.select_for_update(of=("self",)).select_related("course", "agent").get(pk=run.pk)
    if locked.finished_at is not None:
        return locked
    course = locked.course
    questions = read_content(course.content).questions
    missing = unanswered(questions, locked.answers)
    if missing:
        raise Unfinished(missing)
    percent = score(questions, locked.answers)
    locked.score_percent, locked.is_passed = percent, percent >= course.pass_percent
    locked.finished_at = clock.now()
    locked.save(update_fields=["score_percent", "is_passed", "finished_at"])
    details = {"course_id": course.pk, "score_percent": percent, "is_passed": locked.is_passed}
    record(
        NewFact(
            events.COURSE_FINISHED,
            course.public_body_id,
            agent_id=locked.agent_id,
            channel=course.channel,
            details=details,
        )
    )
    if locked.is_passed:
        day = today()
        certify(locked.agent, course.channel, day, months_later(day, course.valid_months), run=locked)
    return locked
