"""To the second level and back: a unit of the body, or another body of this installation (domain.md 1.4 B, 1.7)."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from ventanilla.calendars.opening import NeverOpen
from ventanilla.cases import actions as cases
from ventanilla.cases import events
from ventanilla.cases.filing import StoredFile
from ventanilla.cases.models import Case, CaseState, Entry
from ventanilla.flow import scanning, texts
from ventanilla.flow.changed import changed
from ventanilla.flow.close import close
from ventanilla.flow.errors import Refused, refusals
from ventanilla.flow.handing_over import Copy, copy_of, open_there
from ventanilla.flow.patience import patient
from ventanilla.flow.reply import reply
from ventanilla.flow.second_level import aim_of, give_up, settle
from ventanilla.flow.timing import to_time
from ventanilla.journal.actors import Actor
from ventanilla.kit import clock
from ventanilla.messages.contract import Attachment
from ventanilla.organisation import queries as organisation
from ventanilla.organisation.models import PublicBody, Unit
from ventanilla.organisation.scoping import scope
from ventanilla.routing import actions as routing
from ventanilla.routing import queries as referrals
from ventanilla.routing.models import Referral
from ventanilla.sla import actions as sla
from ventanilla.workforce import actions as workforce_actions
from ventanilla.workforce import queries as workforce
from ventanilla.workforce.models import Team
from ventanilla.worklist import actions as worklist


def refer(
    actor: Actor,
    case_id: int,
    question: str,
    *,
    unit_id: int | None = None,
    body_id: int | None = None,
    due_at: datetime | None = None,
) -> Referral:
    """Ask a unit of the body, or hand the matter to another body of the installation. Raises Refused.

    The promises to the person run on all the same (domain.md, T2); the referral has a clock of its own.
    """
    if not question.strip():
        raise Refused(_("Escribí qué necesitás saber: es lo que va a leer quien la reciba."))
    if (unit_id is None) == (body_id is None):
        raise Refused(_("Elegí a quién derivarla."))
    if unit_id is not None:
        return _refer_to_unit(actor, case_id, unit_id, question, due_at)
    return _refer_to_body(actor, case_id, body_id or 0, question, due_at)


@patient
def _refer_to_unit(actor: Actor, case_id: int, unit_id: int, question: str, due_at: datetime | None) -> Referral:
    with refusals(), transaction.atomic():
        case = _free(case_id)
        unit = organisation.unit_by_id(unit_id)
        if unit is None or unit.public_body_id != case.public_body_id:
            raise Refused(_("Esa unidad no es del organismo de la solicitud."))
        now = clock.now()
        noted = cases.add_note(case, question, actor)
        due = _start_clock(case, now, due_at)
        referral = routing.refer_to_unit(case, unit, _team_of(unit), noted, actor, at=now, due_at=due)
        cases.add_event(case, events.REFERRED, actor, aim_of(referral))
        changed(case, said=[noted])
        return referral


def _refer_to_body(actor: Actor, case_id: int, body_id: int, question: str, due_at: datetime | None) -> Referral:
    copied = copy_of(case_id)
    return _refer_with(actor, case_id, body_id, question, due_at, copied)


@patient
def _refer_with(
    actor: Actor, case_id: int, body_id: int, question: str, due_at: datetime | None, copied: Copy
) -> Referral:
    with refusals(), transaction.atomic():
        case = _free(case_id)
        body = next((one for one in organisation.bodies() if one.pk == body_id), None)
        if body is None or body.pk == case.public_body_id:
            raise Refused(_("Ese organismo no está en esta instalación: usá «No corresponde»."))
        now = clock.now()
        noted = cases.add_note(case, question, actor)
        with scope({body.pk}):
            made = open_there(case, body, question, copied)
        due = _start_clock(case, now, due_at)
        referral = routing.refer_to_body(case, body, made, noted, actor, at=now, due_at=due)
        cases.add_event(case, events.REFERRED, actor, aim_of(referral))
        reply(actor, case.pk, _told(case, body, made))
        changed(case, said=[noted])
        return referral


@patient
def _answered(
    actor: Actor, referral_id: int, text: str, stored: Sequence[StoredFile], *, to_person: bool, closes: bool
) -> Entry:
    with refusals(), transaction.atomic():
        case, referral = _open(referral_id)
        if referral.team is None:
            raise Refused(_("La tiene otro organismo: su respuesta llega cuando cierra la solicitud que abrió."))
        if to_person and not referral.is_for_the_unit_to_answer:
            raise Refused(_("En este organismo responde el centro: mandale tu respuesta y se la hace llegar."))
        if to_person:
            entry = reply(actor, case.pk, text, stored=stored)
            case = cases.lock(case.pk)
        else:
            entry = cases.add_note(case, text, actor, files=stored)
        settle(case, referral, actor, answer=entry, team_id=referral.team_id)
        if to_person and closes:
            close(actor, case.pk, type=case.type, service_id=case.service_id)
            return entry
        worklist.mark_unread([case.pk])
        changed(case, said=[] if to_person else [entry])
        return entry


def answer_referral(
    actor: Actor,
    referral_id: int,
    text: str,
    *,
    files: Sequence[Attachment] = (),
    to_person: bool = False,
    closes: bool = False,
) -> Entry:
    """The unit says what it knows: to the centre as a note, or to the person where the body's setting says so.

    Either way the case is its agent's again, unread, unless the unit closes it. Raises Refused.
    """
    if not text.strip():
        raise Refused(_("Escribí la respuesta."))
    stored = scanning.store_clean(files, clock.now())
    return _answered(actor, referral_id, text, stored, to_person=to_person, closes=closes)


@patient
def withdraw(actor: Actor, referral_id: int) -> None:
    """It is not needed any more. Whoever had it keeps reading the case. Raises Refused."""
    with refusals(), transaction.atomic():
        case, referral = _open(referral_id)
        give_up(case, referral, actor)
        changed(case)


def _free(case_id: int) -> Case:
    """The case, locked, if it is open and nobody of the second level has it. Raises Refused."""
    case = cases.lock(case_id)
    if case.state == CaseState.CLOSED:
        raise Refused(_("La solicitud está cerrada: reabrila antes de derivarla."))
    already = referrals.open_referral(case.pk)
    if already is not None:
        raise Refused(
            _("Ya está derivada a %(aim)s: esperá su respuesta o retirá esa derivación.") % {"aim": already.aim_name}
        )
    return case


def _open(referral_id: int) -> tuple[Case, Referral]:
    """The case and its open referral, both locked, always in that order. Raises Refused."""
    seen = referrals.referral(referral_id)
    if seen is None:
        raise Refused(_("Esa derivación no existe."))
    case = cases.lock(seen.case_id)
    referral = routing.lock_referral(referral_id)
    if referral is None or not referral.is_open:
        raise Refused(_("Esa derivación ya se respondió o se retiró."))
    return case, referral


def _start_clock(case: Case, now: datetime, due_at: datetime | None) -> datetime | None:
    """When the second level must have answered; None without a policy of the body for it. Raises Refused."""
    try:
        started = sla.start_referral(to_time(case, now), due_at)
    except (ValueError, NeverOpen) as problem:
        raise Refused(_("Hasta esa fecha no hay tiempo hábil para responder: elegí una posterior.")) from problem
    return started.due_at if started else None


def _team_of(unit: Unit) -> Team:
    """Who attends for the unit: its first team, made when it has none."""
    found = workforce.team_of_unit(unit.pk)
    if found is not None:
        return found
    with translation.override(texts.PEOPLES_LANGUAGE):
        name = _("Referentes de %(unit)s") % {"unit": unit.name}
    return workforce_actions.create_team(unit.public_body, f"referentes-{unit.slug}"[:50], name[:200], unit=unit)


@translation.override(texts.PEOPLES_LANGUAGE)
def _told(case: Case, body: PublicBody, made: Case) -> str:
    """What the person reads of it."""
    return "\n\n".join(
        [
            _("Hola:"),
            _("Tu solicitud %(code)s corresponde a otro organismo, %(body)s: se la pasamos con lo que nos escribiste.")
            % {"code": case.code, "body": body.name},
            _("Allá tiene el código %(code)s: te van a responder a esta misma dirección.") % {"code": made.code},
        ]
    )
