"""Training: what somebody learns in the desk, and what a supervisor decides about who may attend what."""

from collections.abc import Mapping
from datetime import date

from django.utils.translation import gettext as _

from ventanilla.flow.errors import Refused
from ventanilla.flow.patience import patient
from ventanilla.flow.waiting import assign_waiting
from ventanilla.journal.actors import Actor
from ventanilla.messages.registry import names as channel_names
from ventanilla.organisation import queries as organisation
from ventanilla.organisation.scoping import scope
from ventanilla.workforce import actions
from ventanilla.workforce import queries as workforce
from ventanilla.workforce.models import Agent, Certificate, CourseRun, Exemption
from ventanilla.workforce.training_rules import LONGEST_EXEMPTION, day_bounds


def follow() -> None:
    """Warn of certificates that end soon, and give a body without courses its starters."""
    actions.warn_of_certificates()
    for body in organisation.bodies():
        with scope({body.pk}):
            actions.load_starters(body)


@patient
def grant_exemption(actor: Actor, agent_id: int, channel: str, until_on: date | None, reason: str) -> Exemption:
    """Until the end of that day; what waits in the channel is offered at once. Raises Refused."""
    agent = _agent(agent_id)
    _known(channel)
    if not reason.strip():
        raise Refused(_("Escribí el motivo de la excepción."))
    today = workforce.today()
    if until_on is None or not today <= until_on <= today + LONGEST_EXEMPTION:
        raise Refused(_("Elegí hasta cuándo: desde hoy y no más de %(days)d días.") % {"days": LONGEST_EXEMPTION.days})
    if channel in workforce.certified([agent.pk], today).get(agent.pk, ()):
        raise Refused(_("Ya puede atender ese canal: no precisa una excepción."))
    try:
        made = actions.grant_exemption(agent, channel, reason[:300], day_bounds(until_on)[1], actor)
    except actions.BadExemption as problem:
        raise Refused(_("Ya tiene una excepción para ese canal.")) from problem
    assign_waiting()
    return made


@patient
def end_exemption(actor: Actor, agent_id: int, exemption_id: int) -> None:
    """Raises Refused."""
    found = [one for one in workforce.exemptions_of(_agent(agent_id).pk) if one.pk == exemption_id]
    if not found:
        raise Refused(_("Esa excepción ya terminó."))
    actions.end_exemption(found[0], actor)


@patient
def record_certificate(
    actor: Actor, agent_id: int, channel: str, from_on: date | None, until_on: date | None
) -> Certificate:
    """Somebody was trained elsewhere; without `until_on` it has no end. Raises Refused."""
    agent = _agent(agent_id)
    _known(channel)
    if from_on is None or from_on > workforce.today():
        raise Refused(_("Escribí desde cuándo vale: una fecha que no sea futura."))
    if until_on is not None and until_on < from_on:
        raise Refused(_("El certificado termina antes de empezar."))
    made = actions.certify(agent, channel, from_on, until_on, actor=actor)
    assign_waiting()
    return made


@patient
def revoke_certificate(actor: Actor, agent_id: int, certificate_id: int) -> None:
    """From today on it does not count; what she holds stays hers until somebody moves it. Raises Refused."""
    found = [one for one in workforce.certificates_of(_agent(agent_id).pk) if one.pk == certificate_id]
    if not found or found[0].revoked_on is not None:
        raise Refused(_("Ese certificado ya no vale."))
    actions.revoke(found[0], actor)


@patient
def start_course(actor: Actor, course_id: int) -> CourseRun:
    """Go on with the course where she left it, or begin. Raises Refused."""
    agent = _self(actor)
    offered = workforce.courses_of(workforce.body_ids_of(agent.pk))
    course = next((one for one in offered if one.pk == course_id), None)
    if course is None:
        raise Refused(_("Ese curso no está entre los tuyos."))
    return actions.start_run(agent, course)


@patient
def finish_course(actor: Actor, run_id: int, answers: Mapping[str, int]) -> CourseRun:
    """Keep the answers and mark them; who passes gets what waits in the channel. Raises Refused, answers kept."""
    run = own_run(actor, run_id)
    actions.save_answers(run, answers)
    try:
        done = actions.finish_run(run)
    except actions.Unfinished as problem:
        raise Refused(
            _("Te faltan preguntas por responder: %(numbers)s. Lo que respondiste quedó guardado.")
            % {"numbers": ", ".join(str(number + 1) for number in problem.numbers)}
        ) from problem
    if done.is_passed:
        assign_waiting()
    return done


@patient
def save_answers(actor: Actor, run_id: int, answers: Mapping[str, int]) -> None:
    """Keep them for another day. Raises Refused."""
    actions.save_answers(own_run(actor, run_id), answers)


@patient
def read_lesson(actor: Actor, run_id: int, number: int) -> CourseRun:
    """Raises Refused."""
    run = own_run(actor, run_id)
    actions.read_lesson(run, number)
    return run


def own_run(actor: Actor, run_id: int) -> CourseRun:
    """Raises Refused for another's."""
    run = workforce.run_of(_self(actor).pk, run_id)
    if run is None:
        raise Refused(_("Ese curso no es tuyo."))
    return run


def _self(actor: Actor) -> Agent:
    agent = workforce.agent_of_user(actor.user_id) if actor.user_id else None
    if agent is None:
        raise Refused(_("Tu usuario no atiende solicitudes: los cursos son para quienes atienden."))
    return agent


def _agent(agent_id: int) -> Agent:
    agent = workforce.agent_in_sight(agent_id)
    if agent is None:
        raise Refused(_("Esa persona no atiende solicitudes acá."))
    return agent


def _known(channel: str) -> None:
    if channel not in channel_names():
        raise Refused(_("Elegí un canal."))
