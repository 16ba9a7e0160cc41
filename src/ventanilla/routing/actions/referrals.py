"""Sends cases on to the second level, and keeps what came of it."""

from datetime import datetime

from ventanilla.cases.models import Case, Entry
from ventanilla.journal.actions import NewFact, record
from ventanilla.journal.actors import SYSTEM, Actor
from ventanilla.organisation.models import PublicBody, Unit
from ventanilla.routing import events
from ventanilla.routing.models import AlsoSeenBy, Assignment, Referral, ReferralKind, ReferralState, SecondLevel
from ventanilla.routing.queries.referrals import who_answers
from ventanilla.workforce.models import Team


def refer_to_unit(
    case: Case, unit: Unit, team: Team, question: Entry, actor: Actor, *, at: datetime, due_at: datetime | None
) -> Referral:
    """The unit's team sees the case from now on, also after it has answered. Emits routing.referred."""
    AlsoSeenBy.objects.bulk_create([AlsoSeenBy(case=case, team=team)], ignore_conflicts=True)
    return _refer(case, question, actor, at, due_at, kind=ReferralKind.UNIT, unit=unit, team=team)


def refer_to_body(
    case: Case, body: PublicBody, made: Case, question: Entry, actor: Actor, *, at: datetime, due_at: datetime | None
) -> Referral:
    """`made` is the case of the other body. Emits routing.referred."""
    return _refer(case, question, actor, at, due_at, kind=ReferralKind.BODY, to_body=body, to_case=made)


def _refer(
    case: Case,
    question: Entry,
    actor: Actor,
    at: datetime,
    due_at: datetime | None,
    *,
    kind: ReferralKind,
    unit: Unit | None = None,
    team: Team | None = None,
    to_body: PublicBody | None = None,
    to_case: Case | None = None,
) -> Referral:
    assigned = Assignment.objects.filter(case=case).first()
    referral = Referral(
        public_body_id=case.public_body_id,
        case=case,
        kind=kind,
        unit=unit,
        team=team,
        to_body=to_body,
        to_case=to_case,
        question=question,
        who_answers=who_answers(case.public_body_id),
        made_by_id=actor.user_id,
        made_at=at,
        due_at=due_at,
        from_team_id=assigned.team_id if assigned else None,
        from_agent_id=assigned.agent_id if assigned else None,
    )
    referral.save()
    record(_fact(events.REFERRED, referral, actor))
    return referral


def close_referral(
    referral: Referral,
    state: ReferralState,
    actor: Actor,
    at: datetime,
    *,
    answer: Entry | None = None,
    business_seconds: int | None = None,
    is_within_target: bool | None = None,
) -> None:
    """It was answered, or is not needed any more. Emits routing.referral_answered or routing.referral_withdrawn."""
    referral.state, referral.closed_at, referral.answer = state, at, answer
    referral.closed_by_id = actor.user_id
    referral.save(update_fields=["state", "closed_at", "answer", "closed_by"])
    event = events.REFERRAL_ANSWERED if state == ReferralState.ANSWERED else events.REFERRAL_WITHDRAWN
    elapsed = max(0, int((at - referral.made_at).total_seconds()))
    record(_fact(event, referral, actor, elapsed, business_seconds, is_within_target))


def lock_referral(referral_id: int) -> Referral | None:
    """Held until the transaction ends, so that a unit answers once."""
    query = Referral.objects.select_for_update(of=("self",)).select_related("case", "unit", "team", "to_body")
    found: Referral | None = query.filter(pk=referral_id).first()
    return found


def set_second_level(body: PublicBody, answered_by: str, *, by: Actor = SYSTEM) -> SecondLevel:
    """Say who answers the person from now on. Emits routing.second_level_changed."""
    row, _is_new = SecondLevel.objects.update_or_create(public_body=body, defaults={"answered_by": answered_by})
    record(NewFact(events.SECOND_LEVEL_CHANGED, body.pk, by, details={"answered_by": str(answered_by)}))
    result: SecondLevel = row
    return result


def _fact(
    event: str,
    referral: Referral,
    actor: Actor,
    elapsed_seconds: int | None = None,
    business_seconds: int | None = None,
    is_within_target: bool | None = None,
) -> NewFact:
    details = {
        "referral_id": referral.pk,
        "kind": str(referral.kind),
        "who_answers": str(referral.who_answers),
        "to_body_id": referral.to_body_id,
        "from_team_id": referral.from_team_id,
        "made_by_id": referral.made_by_id,
    }
    return NewFact(
        event,
        referral.public_body_id,
        actor,
        case_id=referral.case_id,
        case_type=referral.case.type,
        service_id=referral.case.service_id,
        unit_id=referral.unit_id,
        team_id=referral.team_id,
        agent_id=referral.from_agent_id,
        elapsed_seconds=elapsed_seconds,
        business_seconds=business_seconds,
        is_within_target=is_within_target,
        details=details,
    )
