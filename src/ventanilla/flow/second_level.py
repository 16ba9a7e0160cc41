"""What the end of a case means for the second level; below the line's own verbs, since closing calls it."""

from dataclasses import dataclass
from datetime import datetime

from ventanilla.cases import actions as cases
from ventanilla.cases import events
from ventanilla.cases.models import Case, Entry
from ventanilla.flow.changed import changed
from ventanilla.journal.actors import SYSTEM, Actor
from ventanilla.kit import clock
from ventanilla.organisation.scoping import scope
from ventanilla.routing import actions as routing
from ventanilla.routing import queries as referrals
from ventanilla.routing.models import Referral, ReferralState
from ventanilla.sla import actions as sla
from ventanilla.sla import queries as promises
from ventanilla.sla.models import ClockKind, ClockState
from ventanilla.worklist import actions as worklist

REFERRAL = {ClockKind.REFERRAL}


@dataclass(frozen=True, slots=True)
class Measured:
    """What the referral's own clock says; None where the body has none."""

    business_seconds: int | None = None
    is_within_target: bool | None = None


def ended(case: Case, actor: Actor) -> None:
    """Nobody needs the second level's answer to a closed case; and who asked for this one hears that it is closed."""
    referral = referrals.open_referral(case.pk)
    if referral is not None:
        give_up(case, referral, actor)
    asked = referrals.asked_for(case.pk)
    if asked is not None and asked.is_open:
        _tell_who_asked(asked, case)


def give_up(case: Case, referral: Referral, actor: Actor) -> None:
    """Take an open referral back; its clock keeps no promise and breaks none."""
    now = clock.now()
    sla.cancel([case.pk], now, by=actor, kinds=REFERRAL)
    routing.close_referral(referral, ReferralState.WITHDRAWN, actor, now)
    cases.add_event(case, events.REFERRAL_WITHDRAWN, actor, aim_of(referral))
    if referral.to_case_id is not None and referral.to_body_id is not None:
        with scope({referral.to_body_id}):
            made = cases.lock(referral.to_case_id)
            cases.add_event(made, events.REFERRAL_WITHDRAWN, SYSTEM, {"from_body_id": referral.public_body_id})
            changed(made)


def settle(case: Case, referral: Referral, actor: Actor, *, answer: Entry | None, team_id: int | None = None) -> None:
    """Write down that it was answered, with what its clock measured; the case is its agent's to look at again."""
    now = clock.now()
    measured = _stop(case, actor, now, team_id)
    routing.close_referral(
        referral,
        ReferralState.ANSWERED,
        actor,
        now,
        answer=answer,
        business_seconds=measured.business_seconds,
        is_within_target=measured.is_within_target,
    )
    elapsed = int((now - referral.made_at).total_seconds())
    cases.add_event(case, events.REFERRAL_ANSWERED, actor, aim_of(referral) | {"elapsed_seconds": elapsed})


def aim_of(referral: Referral) -> dict[str, object]:
    """Whom it went to, as the facts of an event."""
    return {
        "referral_id": referral.pk,
        "unit_id": referral.unit_id,
        "to_body_id": referral.to_body_id,
        "other": referral.to_case.code if referral.to_case else None,
    }


def _stop(case: Case, actor: Actor, now: datetime, team_id: int | None) -> Measured:
    stopped = sla.stop([case.pk], REFERRAL, now, by=actor, team_id=team_id)
    if not stopped:
        return Measured()
    clock_ = stopped[-1]
    return Measured(int(promises.consumed(clock_, now).total_seconds()), clock_.state == ClockState.MET)


def _tell_who_asked(asked: Referral, made: Case) -> None:
    """The other body hears that its question is closed here, and nothing of what was said."""
    with scope({asked.public_body_id}):
        case = cases.lock(asked.case_id)
        referral = routing.lock_referral(asked.pk)
        if referral is None or not referral.is_open:
            return
        settle(case, referral, SYSTEM, answer=None)
        worklist.mark_unread([case.pk])
        changed(case)
