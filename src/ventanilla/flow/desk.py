"""What agents do with a case besides answering it."""

from collections.abc import Sequence
from typing import Final

from django.core.exceptions import ObjectDoesNotExist
from django.db import transaction
from django.utils.translation import gettext as _

from ventanilla.cases import actions as cases
from ventanilla.cases import events
from ventanilla.cases import queries as case_queries
from ventanilla.cases.models import Case, CaseLink, CaseState
from ventanilla.contacts import actions as contacts
from ventanilla.contacts.models import ContactMerge
from ventanilla.delivery import actions as delivery
from ventanilla.delivery import queries as outbox
from ventanilla.flow.belonging import refuse_foreign, refuse_unknown
from ventanilla.flow.changed import changed
from ventanilla.flow.errors import Refused, refusals
from ventanilla.flow.patience import patient
from ventanilla.flow.receive import Received, receive_one
from ventanilla.flow.timing import to_time
from ventanilla.flow.trained import channel_of, refuse_untrained
from ventanilla.flow.waiting import assign_waiting as assign_waiting
from ventanilla.intake import actions as intake_actions
from ventanilla.intake import queries as intake
from ventanilla.intake.models import InboundDelivery
from ventanilla.journal.actors import Actor
from ventanilla.kit import clock, live
from ventanilla.routing import actions as routing
from ventanilla.routing import queries as assignments
from ventanilla.routing.models import Assignment
from ventanilla.sla import actions as sla
from ventanilla.sla import queries as promises
from ventanilla.sla.models import Clock, ClockKind, ClockState
from ventanilla.workforce import queries as workforce
from ventanilla.workforce.models import Agent, Team
from ventanilla.worklist import actions as worklist
from ventanilla.worklist import queries as rows

UNCHANGED: Final = -1
"""Leaves a service as it is; None takes it away."""


@patient
def take(actor: Actor, case_id: int) -> Assignment:
    """The agent takes the case herself. Raises Refused."""
    agent = workforce.agent_of_user(actor.user_id) if actor.user_id else None
    if agent is None:
        raise Refused(_("Tu usuario no atiende solicitudes: pedí que te agreguen a un equipo."))
    with refusals(), transaction.atomic():
        case = cases.lock(case_id)
        now = assignments.assignment_of(case.pk)
        return _give(case, actor, team=now.team if now else None, agent=agent, reason="taken")


@patient
def assign(
    actor: Actor,
    case_id: int,
    *,
    agent_id: int | None,
    team_id: int | None,
    note: str = "",
    moved_from: int | None = None,
) -> Assignment:
    """Hand the case to an agent, or to a team's queue; `moved_from` is the agent all of whose cases move. Raises
    Refused."""
    agent = workforce.agent(agent_id) if agent_id is not None else None
    team = workforce.team(team_id) if team_id is not None else None
    if (
        (agent_id is not None and agent is None)
        or (team_id is not None and team is None)
        or (agent is None and team is None)
    ):
        raise Refused(_("Elegí un ejecutivo o un equipo que exista."))
    with refusals(), transaction.atomic():
        case = cases.lock(case_id)
        if team is None:
            now = assignments.assignment_of(case.pk)
            team = now.team if now else None
        said = [cases.add_note(case, note, actor)] if note.strip() else []
        assignment = _give(case, actor, team=team, agent=agent, reason="by_hand", moved_from=moved_from)
        worklist.index_entries([entry.pk for entry in said])
        return assignment


@patient
def return_to_queue(actor: Actor, case_id: int) -> Assignment:
    """Give the case back to its team's queue. Raises Refused."""
    with refusals(), transaction.atomic():
        case = cases.lock(case_id)
        now = assignments.assignment_of(case.pk)
        if now is None or now.team is None:
            raise Refused(_("La solicitud no tiene un equipo al que volver: asignala a uno."))
        return _give(case, actor, team=now.team, agent=None, reason="returned")


def _give(
    case: Case,
    actor: Actor,
    *,
    team: Team | None,
    agent: Agent | None,
    reason: str,
    moved_from: int | None = None,
) -> Assignment:
    if case.state == CaseState.CLOSED:
        raise Refused(_("La solicitud está cerrada: reabrila antes de asignarla."))
    refuse_foreign(case, team=team, agent=agent)
    channel = channel_of(case.pk)
    if agent is not None:
        refuse_untrained(agent, channel, is_herself=agent.user_id == actor.user_id)
    assignment = routing.give(
        case.pk, case.public_body_id, actor, team=team, agent=agent, reason=reason, channel=channel
    )
    facts = {"reason": reason, "team_id": team.pk if team else None, "agent_user_id": agent.user_id if agent else None}
    cases.add_event(case, events.ASSIGNED, actor, facts)
    changed(case)
    if agent is not None:
        live.publish(live.body_group(case.public_body_id), "assigned", code=case.code, agent_id=agent.pk)
    return assignment


def mark_read(actor: Actor, case_id: int) -> None:
    """Whoever attends the case has it open. A colleague who only looks changes nothing."""
    row = rows.row(case_id)
    if row is not None and row.is_unread and row.agent_user_id == actor.user_id and worklist.mark_read(case_id):
        live.publish(live.body_group(row.public_body_id), "case", codes=[row.code])


@patient
def change(
    actor: Actor,
    case_id: int,
    *,
    type: str | None = None,
    service_id: int | None = UNCHANGED,
    subject: str | None = None,
) -> Case:
    """Set type, service or subject; the promises follow. Raises Refused."""
    with refusals(), transaction.atomic():
        case = cases.lock(case_id)
        wanted_service = case.service_id if service_id == UNCHANGED else service_id
        refuse_unknown(type or case.type, wanted_service, case.public_body_id)
        if cases.change(
            case,
            actor,
            case_type=type or case.type,
            service_id=wanted_service,
            subject=case.subject if subject is None else subject,
        ):
            sla.retime([to_time(case, case.opened_at)], clock.now(), by=actor)
            worklist.reindex([case.pk])
            changed(case)
        return case


@patient
def set_waiting(actor: Actor, case_id: int, is_waiting: bool) -> Case:
    """The person owes an answer, or no longer does; the clocks stop and run accordingly. Raises Refused."""
    with refusals(), transaction.atomic():
        case = cases.lock(case_id)
        if case.state == CaseState.CLOSED:
            raise Refused(_("La solicitud está cerrada."))
        if cases.set_waiting(case, is_waiting, actor):
            (sla.pause if is_waiting else sla.resume)([case.pk], clock.now())
            changed(case)
        return case


@patient
def merge(actor: Actor, keep_id: int, other_id: int) -> Case:
    """Let one case continue another. Raises Refused."""
    with refusals(), transaction.atomic():
        # Always in the same order, so that two agents who merge the same pair cannot wait for each other.
        locked = {case.pk: case for case in (cases.lock(case_id) for case_id in sorted({keep_id, other_id}))}
        if len(locked) != 2 or keep_id not in locked or other_id not in locked:
            raise Refused(_("Elegí dos solicitudes distintas que no se hayan unido antes."))
        kept, other = locked[keep_id], locked[other_id]
        was_closed = kept.state == CaseState.CLOSED
        if assignments.open_referral(other.pk) is not None:
            raise Refused(
                _("%(code)s está derivada: esperá la respuesta o retirá la derivación antes de unirla.")
                % {"code": other.code}
            )
        cases.merge(kept, other, actor)
        delivery.move_to_case(kept.pk, [entry.pk for entry in case_queries.messages(kept.pk)])
        _keep_promise(kept, other, actor, was_closed=was_closed)
        routing.set_open([other.pk], is_open=False)
        routing.set_open([kept.pk], is_open=True)
        worklist.reindex([kept.pk, other.pk])
        changed(kept, other)
        _refresh_trouble(kept, other)
        return kept


def _keep_promise(kept: Case, other: Case, actor: Actor, *, was_closed: bool) -> None:
    """Whoever waits for an answer in `other` waits for it in `kept` from now on, and not a minute longer."""
    now = clock.now()
    owed = [one.started_at for one in promises.clocks_of(other.pk) if _is_first_answer_owed(one)]
    sla.cancel([other.pk], now, by=actor)
    kinds = {ClockKind.RESOLUTION} if was_closed else set()
    if owed:
        kinds.add(ClockKind.FIRST_RESPONSE)
        if cases.set_waiting(kept, False, actor):
            sla.resume([kept.pk], now)
        later = [
            one for one in promises.clocks_of(kept.pk) if _is_first_answer_owed(one) and one.started_at > min(owed)
        ]
        if later:
            sla.cancel([kept.pk], now, by=actor, kinds={ClockKind.FIRST_RESPONSE})
    if kinds:
        sla.restart([to_time(kept, min(owed, default=now))], kinds)


def _is_first_answer_owed(clock_: Clock) -> bool:
    return clock_.kind == ClockKind.FIRST_RESPONSE and clock_.state == ClockState.RUNNING


def _refresh_trouble(*matters: Case) -> None:
    for case in matters:
        worklist.set_failed_delivery(case.pk, outbox.has_trouble(case.pk))


@patient
def split(actor: Actor, case_id: int, entry_ids: Sequence[int], subject: str) -> Case:
    """Move messages into a case of their own, with the same agent and a promise from when they came. Raises Refused."""
    with refusals(), transaction.atomic():
        case = cases.lock(case_id)
        fresh = cases.split(case, entry_ids, subject, actor)
        now = assignments.assignment_of(case.pk)
        routing.give(
            fresh.pk,
            fresh.public_body_id,
            actor,
            team=now.team if now else None,
            agent=now.agent if now else None,
            reason="copied",
            channel=channel_of(case.pk),
        )
        sla.start([to_time(fresh, fresh.opened_at)])
        answers = [one for one in case_queries.messages(fresh.pk) if one.direction == "out" and one.author_id]
        if answers:
            sla.stop([fresh.pk], {ClockKind.FIRST_RESPONSE}, answers[0].at, by=actor)
        delivery.move_to_case(fresh.pk, entry_ids)
        worklist.reindex([case.pk, fresh.pk])
        changed(case, fresh)
        _refresh_trouble(case, fresh)
        return fresh


@patient
def link(actor: Actor, case_id: int, other_id: int, kind: str = "related") -> CaseLink:
    """Say that two cases have to do with each other. Raises Refused."""
    with refusals(), transaction.atomic():
        locked = {pk: cases.lock(pk) for pk in sorted({case_id, other_id})}
        case, other = locked[case_id], locked[other_id]
        row = cases.link(case, other, actor, kind)
        changed(case, other)
        return row


@patient
def review_link(actor: Actor, link_id: int) -> CaseLink:
    """An agent looked at a link that a stranger's message caused. Raises Refused."""
    with transaction.atomic():
        row = case_queries.link(link_id)
        if row is None:
            raise Refused(_("Ese vínculo no existe."))
        cases.review_link(row, actor)
        changed(row.case)
        return row


@patient
def merge_contacts(actor: Actor, kept_id: int, merged_id: int) -> ContactMerge:
    """Say that two contacts are one person. Raises Refused."""
    with refusals(), transaction.atomic():
        row = contacts.merge(kept_id, merged_id, actor)
        _refresh_contact(row)
        return row


@patient
def undo_contact_merge(actor: Actor, merge_id: int) -> ContactMerge:
    """Take it back. Raises Refused."""
    with refusals(), transaction.atomic():
        row = contacts.undo_merge(merge_id, actor)
        _refresh_contact(row)
        return row


def _refresh_contact(row: ContactMerge) -> None:
    ids = [row.kept_id, row.merged_id, *row.also_moved_ids]
    worklist.refresh([case.pk for case in case_queries.cases_of_contact(ids, limit=1000)])


def retry_delivery(actor: Actor, delivery_id: int) -> Received:
    """Try a quarantined delivery again, or attend a doubtful one, now. Raises Refused."""
    found = _set_aside(delivery_id)
    with refusals():
        intake_actions.put_back(found, actor)
    return receive_one(found.pk)


def discard_delivery(actor: Actor, delivery_id: int, reason: str) -> None:
    """Say that nobody needs an answer to it. Raises Refused."""
    if not reason.strip():
        raise Refused(_("Escribí por qué se descarta."))
    with refusals():
        intake_actions.discard(_set_aside(delivery_id), reason.strip(), actor)


def _set_aside(delivery_id: int) -> InboundDelivery:
    found = intake.delivery(delivery_id)
    if found is None or found.state not in intake.SET_ASIDE:
        raise Refused(_("Ese mensaje ya no espera que alguien decida."))
    return found


def retry_outgoing(actor: Actor, outbox_id: int) -> None:
    """Send a failed message again. Raises Refused."""
    with transaction.atomic():
        try:
            message = delivery.retry(outbox_id, actor)
        except (delivery.NothingToRetry, ObjectDoesNotExist) as problem:
            raise Refused(_("Ese mensaje ya no espera otro intento.")) from problem
        if message.case_id is not None:
            worklist.set_failed_delivery(message.case_id, outbox.has_trouble(message.case_id))
            live.publish(live.body_group(message.public_body_id), "board")


def save_draft(actor: Actor, case_id: int, kind: str, text: str) -> None:
    """Keep what the agent is writing; an empty text forgets it. Raises Refused."""
    if actor.user_id is None or kind not in ("reply", "note", "forward"):
        raise Refused(_("Ese borrador no se puede guardar."))
    case = case_queries.by_id(case_id)
    if case is None:
        raise Refused(_("Esa solicitud no existe."))
    cases.save_draft(case, actor.user_id, kind, text)
