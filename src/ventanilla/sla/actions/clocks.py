"""The life of clocks: start, pause, resume, stop, cancel, and another policy when the case becomes another."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from django.db import transaction

from ventanilla.journal.actions import record_all
from ventanilla.journal.actors import SYSTEM, Actor
from ventanilla.kit import bulk
from ventanilla.sla import events, queries, rules
from ventanilla.sla.actions import rows
from ventanilla.sla.models import Clock, ClockKind, ClockState, Policy
from ventanilla.sla.rules import CaseToTime, Terms

PROMISES = [kind.value for kind in ClockKind if kind != ClockKind.REFERRAL]
"""Made to the person."""
SERVICE_KINDS = frozenset({ClockKind.FIRST_RESPONSE.value, ClockKind.RESOLUTION.value})


@transaction.atomic(savepoint=False)
def start(cases: Sequence[CaseToTime]) -> dict[int, list[Clock]]:
    """Start the clocks of cases that were just opened; each case's clocks by its id, none where no policy fits.

    Two queries a batch. The clocks carry their policy, so `rules.row_times` and the acknowledgement need no other. A
    policy whose calendar has no hours starts without a due moment, and says so in the journal.
    """
    return _start(cases, lambda case, policy: True, is_restart=False)


@transaction.atomic
def restart(cases: Sequence[CaseToTime], kinds: Collection[str] = SERVICE_KINDS) -> dict[int, list[Clock]]:
    """Promise again: a reopened case, or a further question in an open one, whose `started_at` is when it came in.

    Begins the kinds that are not under way. Legal terms do not begin again: they count from the filing.
    """
    under_way = set(
        Clock.objects.filter(case_id__in=[case.case_id for case in cases], state__in=queries.OPEN_STATES)
        .exclude(kind=ClockKind.LEGAL)
        .values_list("case_id", "kind")
    )

    def is_wanted(case: CaseToTime, policy: Policy) -> bool:
        return policy.kind in kinds and policy.kind != ClockKind.LEGAL and (case.case_id, policy.kind) not in under_way

    return _start(cases, is_wanted, is_restart=True)


@transaction.atomic
def start_referral(case: CaseToTime, due_at: datetime | None = None) -> Clock | None:
    """Start the clock of a referral at the case's `started_at`; None where the body has no policy for it.

    `due_at` is another moment than the policy's, in its business time: out of hours it falls back to the last moment
    that counts before it. Raises NeverOpen, ValueError when nothing counts until then.
    """
    policy = rules.for_referral(queries.policies_in_force(), case)
    if policy is None:
        return None
    terms = queries.terms(policy)
    clock = _new(case, policy, terms, is_restart=False)
    if due_at is not None:
        target = terms.elapsed(case.started_at, due_at) if due_at > case.started_at else timedelta(0)
        if target <= timedelta(0):
            raise ValueError(due_at)
        clock.target_seconds = int(target.total_seconds())
        found = rules.times(terms, timedelta(seconds=clock.target_seconds), (), case.started_at)
        clock.due_at, clock.warn_at = found.due_at, found.warn_at
    clock.save()
    if clock.due_at is None:
        record_all(
            [rows.fact_of(events.UNCOUNTABLE, clock, case.case_type, case.service_id, happened_at=clock.started_at)]
        )
    return clock


@transaction.atomic
def pause(case_ids: Iterable[int], at: datetime) -> list[int]:
    """Stop counting while the person owes an answer; returns the cases where a clock was running.

    Policies that do not pause, as laws, run on.
    """
    clocks = rows.locked(case_ids, [ClockState.RUNNING], policy__pauses_while_waiting=True)
    for clock in clocks:
        rows.end_stretch(clock, at)
        clock.state = ClockState.PAUSED
        clock.due_at = clock.warn_at = None
    return rows.save(clocks)


@transaction.atomic
def resume(case_ids: Iterable[int], at: datetime | Mapping[int, datetime]) -> list[int]:
    """Count on from `at`, one moment for all or one for each case; returns the cases where a clock was paused. What had
    fallen due before stays due."""
    clocks = rows.locked(case_ids, [ClockState.PAUSED])
    for clock in clocks:
        rows.resume(clock, at if isinstance(at, datetime) else at[clock.case_id])
    return rows.save(clocks)


@transaction.atomic
def stop(
    case_ids: Iterable[int],
    kinds: Collection[str],
    at: datetime,
    *,
    by: Actor = SYSTEM,
    agent_id: int | None = None,
    team_id: int | None = None,
) -> list[Clock]:
    """End the clocks of these kinds, met or missed by their due moment; returns them with their final state.

    Emits: sla.met or sla.missed for each, with what it measured; sla.referral_met or sla.referral_missed for a
    referral's.
    """
    clocks = rows.locked(case_ids, queries.OPEN_STATES, kind__in=[str(kind) for kind in kinds])
    facts = []
    for clock in clocks:
        business = rows.consumed(clock, at)
        clock.due_at = rows.due_at_when_stopped(clock, at)
        rows.end_stretch(clock, at)
        clock.state = ClockState.MET if rules.was_met(clock.due_at, at) else ClockState.MISSED
        clock.stopped_at = at
        if clock.state == ClockState.MISSED and clock.breached_at is None:
            clock.breached_at = at
        facts.append(
            rows.fact(
                _ended(clock),
                clock,
                by,
                happened_at=at,
                agent_id=agent_id,
                team_id=team_id,
                elapsed_seconds=max(0, int((at - clock.started_at).total_seconds())),
                business_seconds=int(business.total_seconds()),
                is_within_target=business <= timedelta(seconds=clock.target_seconds),
            )
        )
    rows.save(clocks)
    record_all(facts)
    return clocks


@transaction.atomic
def cancel(case_ids: Iterable[int], at: datetime, *, by: Actor = SYSTEM, kinds: Collection[str] = ()) -> list[int]:
    """Take open promises back, as when a case is merged into another; no kinds means every kind. Returns the cases."""
    only = {"kind__in": [str(kind) for kind in kinds]} if kinds else {}
    clocks = rows.locked(case_ids, queries.OPEN_STATES, **only)
    for clock in clocks:
        rows.end_stretch(clock, at)
        clock.state = ClockState.CANCELLED
        clock.stopped_at = at
    record_all([rows.fact(events.CANCELLED, clock, by, happened_at=at) for clock in clocks])
    return rows.save(clocks)


@transaction.atomic
def retime(cases: Sequence[CaseToTime], at: datetime, *, by: Actor = SYSTEM) -> list[int]:
    """Choose again for cases whose type or service changed; returns those where a promise changed.

    An open clock goes over to the new policy with all that it has counted; without one of its kind it is cancelled. A
    promise that did not exist before begins at the case's `started_at`, unless one of its kind was kept already.
    """
    policies = queries.policies_in_force()
    by_case: dict[int, list[Clock]] = defaultdict(list)
    for clock in rows.locked([case.case_id for case in cases], list(ClockState), kind__in=PROMISES):
        by_case[clock.case_id].append(clock)
    changed: list[Clock] = []
    new: dict[int, list[Policy]] = {}
    for case in cases:
        wanted = rules.choose(policies, case)
        clocks = by_case[case.case_id]
        moved, left = _move(clocks, wanted, at)
        changed += moved
        kinds_had = {clock.kind for clock in clocks if clock.state != ClockState.CANCELLED}
        new[case.case_id] = [
            policy for policy in left if policy.kind == ClockKind.LEGAL or policy.kind not in kinds_had
        ]
    facts = [
        rows.fact(
            events.CANCELLED if clock.state == ClockState.CANCELLED else events.RETIMED, clock, by, happened_at=at
        )
        for clock in changed
    ]
    rows.save(changed)
    record_all(facts)
    begun = _start(cases, lambda case, policy: policy in new[case.case_id], is_restart=False)
    return sorted({clock.case_id for clock in changed} | {case_id for case_id, clocks in begun.items() if clocks})


def _ended(clock: Clock) -> str:
    is_met = clock.state == ClockState.MET
    if clock.kind == ClockKind.REFERRAL:
        return events.REFERRAL_MET if is_met else events.REFERRAL_MISSED
    return events.MET if is_met else events.MISSED


def _start(
    cases: Sequence[CaseToTime], is_wanted: Callable[[CaseToTime, Policy], bool], *, is_restart: bool
) -> dict[int, list[Clock]]:
    started: dict[int, list[Clock]] = {case.case_id: [] for case in cases}
    policies = queries.policies_in_force() if cases else []
    terms = {policy.pk: queries.terms(policy) for policy in policies}
    for case in cases:
        for policy in rules.choose(policies, case):
            if is_wanted(case, policy):
                started[case.case_id].append(_new(case, policy, terms[policy.pk], is_restart))
    clocks = [clock for of_case in started.values() for clock in of_case]
    bulk.insert(Clock, clocks)
    service_of = {case.case_id: (case.case_type, case.service_id) for case in cases}
    record_all(
        rows.fact_of(events.UNCOUNTABLE, clock, *service_of[clock.case_id], happened_at=clock.started_at)
        for clock in clocks
        if clock.due_at is None
    )
    return started


def _new(case: CaseToTime, policy: Policy, terms: Terms, is_restart: bool) -> Clock:
    target = timedelta(minutes=policy.target_minutes)
    found = rules.times(terms, target, (), case.started_at)
    return Clock(
        public_body_id=case.public_body_id,
        case_id=case.case_id,
        policy=policy,
        kind=policy.kind,
        started_at=case.started_at,
        running_since=case.started_at,
        target_seconds=policy.target_minutes * 60,
        is_restart=is_restart,
        channel=case.channel,
        due_at=found.due_at,
        warn_at=found.warn_at,
        calendar_version=policy.calendar.version,
    )


def _move(clocks: Sequence[Clock], wanted: Sequence[Policy], at: datetime) -> tuple[list[Clock], list[Policy]]:
    """Open clocks that went over to another policy or were cancelled, and the wanted policies that none of them has."""
    changed = []
    taken = {
        clock.policy_id for clock in clocks if clock.kind == ClockKind.LEGAL and clock.state != ClockState.CANCELLED
    }
    of_kind = {policy.kind: policy for policy in wanted if policy.kind != ClockKind.LEGAL}
    fitting = {policy.pk for policy in wanted}
    for clock in clocks:
        if clock.state not in queries.OPEN_STATES:
            continue
        policy = of_kind.get(clock.kind)
        if clock.policy_id in fitting:
            taken.add(clock.policy_id)
        elif policy is None:
            rows.end_stretch(clock, at)
            clock.state = ClockState.CANCELLED
            clock.stopped_at = at
            changed.append(clock)
        else:
            taken.add(policy.pk)
            clock.policy = policy
            clock.target_seconds = policy.target_minutes * 60
            if clock.state == ClockState.PAUSED and not policy.pauses_while_waiting:
                rows.resume(clock, at)
            rows.recount(clock, at)
            changed.append(clock)
    return changed, [policy for policy in wanted if policy.pk not in taken]
