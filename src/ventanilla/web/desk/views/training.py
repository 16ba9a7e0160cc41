"""An agent's courses and certificates, and taking a course: a lesson a page, then the questions, then how it went."""

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from ventanilla.accounts.rules import Right
from ventanilla.flow import training as line
from ventanilla.flow.errors import Refused
from ventanilla.flow.sight import standing
from ventanilla.journal.actors import Actor, staff
from ventanilla.web.desk.access import desk
from ventanilla.web.desk.frame import frame
from ventanilla.workforce import queries as workforce
from ventanilla.workforce.training_rules import Content, read_content, unanswered

if TYPE_CHECKING:
    from ventanilla.workforce.models import CourseRun

SECTION = "training"


@desk(Right.ANSWER)
@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    """What she may take, what she may attend and until when."""
    agent = workforce.agent_of_user(standing(request.user).user_id)
    context: dict[str, Any] = {"is_agent": agent is not None}
    if agent is not None:
        today = workforce.today()
        runs = workforce.runs_of(agent.pk)
        may = workforce.certified([agent.pk], today).get(agent.pk, set())
        offered = workforce.courses_of(workforce.body_ids_of(agent.pk))
        context |= {
            "courses": [
                {
                    "course": course,
                    "open_run": next((one for one in runs if one.course_id == course.pk and not one.finished_at), None),
                    "last_run": next((one for one in runs if one.course_id == course.pk and one.finished_at), None),
                    "is_covered": course.channel in may,
                }
                for course in offered
            ],
            "covers": sorted(workforce.covers([agent.pk]), key=lambda one: one.channel),
            "today": today,
        }
    return render(request, "desk/training.html", {**frame(request, SECTION), **context})


@desk(Right.ANSWER)
@require_POST
def start(request: HttpRequest, course_id: int) -> HttpResponseBase:
    bodies = standing(request.user).body_ids_with(Right.ANSWER)
    if all(course.pk != course_id for course in workforce.courses_of(bodies)):
        raise Http404(_("Ese curso no existe."))
    try:
        run = line.start_course(_actor(request), course_id)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("desk:training")
    return redirect(_next(run, read_content(run.course.content)))


@desk(Right.ANSWER)
def lesson(request: HttpRequest, run_id: int, number: int) -> HttpResponseBase:
    """One lesson; to go on says that it was read."""
    found = _run(request, run_id)
    if found is None:
        return _back(request)
    run, content = found
    if run.finished_at is not None:
        return redirect("desk:training_result", run.pk)
    if not 1 <= number <= len(content.lessons):
        raise Http404
    if number > run.lessons_read + 1:
        return redirect(_next(run, content))
    if request.method == "POST":
        line.read_lesson(_actor(request), run.pk, number)
        is_last = number == len(content.lessons)
        return (
            redirect("desk:training_questions", run.pk)
            if is_last
            else redirect("desk:training_lesson", run.pk, number + 1)
        )
    context = {"run": run, "lesson": content.lessons[number - 1], "number": number, "total": len(content.lessons)}
    return render(request, "desk/training_lesson.html", {**frame(request, SECTION), **context})


@desk(Right.ANSWER)
def questions(request: HttpRequest, run_id: int) -> HttpResponseBase:
    """All the questions in one form; what was chosen is kept whether all are answered or not."""
    found = _run(request, run_id)
    if found is None:
        return _back(request)
    run, content = found
    if run.finished_at is not None:
        return redirect("desk:training_result", run.pk)
    if run.lessons_read < len(content.lessons):
        return redirect(_next(run, content))
    missing: list[int] = []
    if request.method == "POST":
        answers = _answers(request, content)
        if "guardar" in request.POST:
            line.save_answers(_actor(request), run.pk, answers)
            messages.success(request, _("Guardamos lo que respondiste: podés seguir cuando quieras."))
            return redirect("desk:training")
        try:
            line.finish_course(_actor(request), run.pk, answers)
            return redirect("desk:training_result", run.pk)
        except Refused as refusal:
            messages.error(request, str(refusal))
        run.answers = answers
        missing = unanswered(content.questions, answers)
    context = {
        "run": run,
        "missing": [number + 1 for number in missing],
        "lessons": len(content.lessons),
        "questions": [
            {
                "name": f"p{number}",
                "label": f"{number + 1}. {one.text}",
                "options": list(enumerate(one.options)),
                "value": run.answers.get(str(number), ""),
                "error": _("Elegí una respuesta.") if number in missing else "",
            }
            for number, one in enumerate(content.questions)
        ],
    }
    return render(
        request, "desk/training_questions.html", {**frame(request, SECTION), **context}, status=422 if missing else 200
    )


@desk(Right.ANSWER)
@require_GET
def result(request: HttpRequest, run_id: int) -> HttpResponseBase:
    """How it went, and why each right answer is right."""
    found = _run(request, run_id)
    if found is None:
        return _back(request)
    run, content = found
    if run.finished_at is None:
        return redirect(_next(run, content))
    marked = [
        {
            "number": number + 1,
            "text": one.text,
            "chosen": one.options[run.answers[str(number)]],
            "right": one.options[one.right],
            "is_right": run.answers[str(number)] == one.right,
            "explanation": one.explanation,
        }
        for number, one in enumerate(content.questions)
    ]
    certificate = next((one for one in workforce.certificates_of(run.agent_id) if one.run_id == run.pk), None)
    offered = workforce.courses_of(workforce.body_ids_of(run.agent_id))
    context = {
        "run": run,
        "wrong": [one for one in marked if not one["is_right"]],
        "right": [one for one in marked if one["is_right"]],
        "total": len(marked),
        "certificate": certificate,
        "again": next((one for one in offered if one.slug == run.course.slug), None),
    }
    return render(request, "desk/training_result.html", {**frame(request, SECTION), **context})


def _actor(request: HttpRequest) -> Actor:
    return staff(standing(request.user).user_id)


def _run(request: HttpRequest, run_id: int) -> "tuple[CourseRun, Content] | None":
    """None for another's, as if it did not exist."""
    try:
        run = line.own_run(_actor(request), run_id)
    except Refused:
        return None
    return run, read_content(run.course.content)


def _back(request: HttpRequest) -> HttpResponseBase:
    messages.info(request, _("Ese curso no está entre los tuyos: elegí uno de la lista."))
    return redirect("desk:training")


def _next(run: "CourseRun", content: Content) -> str:
    """The page where she goes on."""
    if run.lessons_read < len(content.lessons):
        return reverse("desk:training_lesson", args=(run.pk, run.lessons_read + 1))
    return reverse("desk:training_questions", args=(run.pk,))


def _answers(request: HttpRequest, content: Content) -> dict[str, int]:
    """Those among the options of their questions; whatever else was sent is no answer."""
    found = {}
    for number, one in enumerate(content.questions):
        said = request.POST.get(f"p{number}", "")
        if said in map(str, range(len(one.options))):
            found[str(number)] = int(said)
    return found
