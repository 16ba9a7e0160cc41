"""Queues, filters and search: pages of rows by key, never by offset."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.postgres.search import SearchQuery
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Count, Min, Q, QuerySet, Value

from ventanilla.accounts.sight import EVERYTHING, Sight
from ventanilla.cases.models import IncidentCase
from ventanilla.kit import clock
from ventanilla.messages import codes
from ventanilla.organisation.scoping import current_scope, scope
from ventanilla.worklist import paging
from ventanilla.worklist.models import IS_CLOSED, IS_OPEN, NEVER, PROMISED, Row, SearchText
from ventanilla.worklist.paging import BadCursor as BadCursor
from ventanilla.worklist.paging import Run
from ventanilla.worklist.reach import pieces, reach

FEW_MATCHES = 3_000
"""A search that finds more closed cases than this is a common word: it shows soon along the newest cases, and walking
there costs less than collecting all that it finds."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What a queue shows; the empty value of each field filters nothing. `light` is ok, soon, late, paused or none."""

    state: str = ""
    channel: str = ""
    type: str = ""
    service_id: int | None = None
    team_id: int | None = None
    agent_user_id: int | None = None
    is_unassigned: bool = False
    team_ids: tuple[int, ...] = ()
    light: str = ""
    q: str = ""
    order: str = "due"
    """"due": the most urgent first; "activity": the newest first."""
    is_open: bool = False
    """Open or waiting for the person."""
    has_failed_delivery: bool = False
    is_unread: bool = False
    is_referred: bool = False
    """Waiting for the second level; of them, those that `referred_user_id` attends or that `referred_team_ids` have to
    answer, unless neither says anything."""
    referred_user_id: int | None = None
    referred_team_ids: tuple[int, ...] = ()
    incident_id: int | None = None
    promise: str = ""
    """"kept" or "missed": cases with a promise that ended so since `promise_since`, the latest first whatever `order`
    says."""
    promise_since: datetime | None = None
    body_ids: tuple[int, ...] = ()
    """Of the bodies in scope, these alone."""
    sight: Sight = EVERYTHING
    """What whoever asks sees of each body."""


@dataclass(frozen=True, slots=True)
class Page:
    rows: list[Row]
    next: str | None
    previous: str | None


def page(filters: Filters, cursor: str = "", limit: int = 40) -> Page:
    """One page of the queue. Raises BadCursor.

    By "due", cases without a running promise come after the others, and closed ones last, the newest first.
    """
    place = paging.read_cursor(cursor) if cursor else None
    slices = [part[: limit + 1] for run in _runs(filters) if (part := paging.beyond(run, place)) is not None]
    keys = sorted(paging.Key.of(*found) for found in _together(slices))
    is_backward = place is not None and place.is_backward
    keys = keys[-limit - 1 :] if is_backward else keys[: limit + 1]
    has_more = len(keys) > limit
    if has_more:
        keys = keys[1:] if is_backward else keys[:-1]
    rows = Row.objects.in_bulk([key.case_id for key in keys])
    has_next = bool(keys) and (is_backward or has_more)
    has_previous = bool(keys) and (has_more if is_backward else place is not None)
    return Page(
        [rows[key.case_id] for key in keys if key.case_id in rows],
        paging.write_cursor(keys[-1]) if has_next else None,
        paging.write_cursor(keys[0], is_backward=True) if has_previous else None,
    )


def count_capped(filters: Filters, cap: int = 1000) -> int:
    """How many cases the filters find, counting no further than `cap`."""
    (count,) = counts_capped([filters], cap)
    return count


def counts_capped(several: Sequence[Filters], cap: int = 1000) -> list[int]:
    """The same for several filters in one query."""
    places: list[int] = []
    columns: list[str] = []
    values: list[Any] = []
    for place, filters in enumerate(several):
        for run in _runs(filters):
            try:
                sql, params = run.rows.order_by().values("case_id")[:cap].query.sql_with_params()
            except EmptyResultSet:
                continue
            places.append(place)
            columns.append(f"(SELECT count(*) FROM ({sql}) AS part)")  # noqa: S608 # compiled by Django itself
            values.extend(params)
    totals = [0] * len(several)
    if columns:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {', '.join(columns)}", values)
            for place, count in zip(places, cursor.fetchone(), strict=True):
                totals[place] += count
    return [min(cap, total) for total in totals]


def row(case_id: int) -> Row | None:
    found: Row | None = Row.objects.filter(case_id=case_id).first()
    return found


def rows(case_ids: Collection[int]) -> dict[int, Row]:
    return Row.objects.in_bulk(list(case_ids))


@dataclass(frozen=True, slots=True)
class Workload:
    """Open cases of one channel, of one agent in one team; None in either means nobody's."""

    team_id: int | None
    agent_user_id: int | None
    channel: str
    oldest_at: datetime
    """When the first of them was opened."""
    open: int
    waiting: int
    """Of them, those that wait for the person."""
    late: int
    soon: int
    unread: int


def workloads(sight: Sight = EVERYTHING) -> list[Workload]:
    """What is open, by team, agent and channel; one statement over the open cases in sight."""
    counts = (
        _in_sight(Row.objects.filter(IS_OPEN), sight)
        .order_by()
        .values("team_id", "agent_user_id", "channel")
        .annotate(
            oldest_at=Min("opened_at"),
            open=Count("pk"),
            waiting=Count("pk", filter=Q(state="waiting_citizen")),
            late=Count("pk", filter=_light("late")),
            soon=Count("pk", filter=_light("soon")),
            unread=Count("pk", filter=Q(is_unread=True)),
        )
    )
    return [Workload(**count) for count in counts]


def pressing(sight: Sight = EVERYTHING, *, team_id: int | None = None, channel: str = "", limit: int) -> list[Row]:
    """Open cases that somebody has to move: late, about to be, or nobody's; the most urgent first. One statement."""
    moving = _light("late") | _light("soon") | Q(agent_user_id__isnull=True)
    rows = _filtered(Filters(channel=channel, team_id=team_id), is_closed=False).filter(moving)
    return list(_in_sight(rows, sight).order_by("due_order", "opened_at", "pk")[:limit])


@dataclass(frozen=True, slots=True)
class Ended:
    """Cases with a promise kept, and with one missed, since some moment; a case may be among both."""

    kept: int
    missed: int


def promises_ended(since: Sequence[datetime], sight: Sight = EVERYTHING) -> list[Ended]:
    """How many cases `Filters(promise=…, promise_since=…)` finds for each of those moments; one statement."""
    first, *others = [
        _in_sight(Row.objects.filter(**{f"{column}__gte": min(since)}), sight)
        .order_by()
        .values("public_body_id")
        .annotate(
            **{f"since_{n}": Count("pk", filter=Q(**{f"{column}__gte": moment})) for n, moment in enumerate(since)}
        )
        .values_list(Value(promise), *(f"since_{n}" for n in range(len(since))))
        for promise, column in PROMISED.items()
    ]
    counts = list(first.union(*others, all=True))

    def total(promise: str, n: int) -> int:
        return sum(of_body[n] for which, *of_body in counts if which == promise)

    return [Ended(total("kept", n), total("missed", n)) for n in range(len(since))]


def _runs(filters: Filters) -> Iterator[Run]:
    """What the filters find, one run for each body and for open and closed cases; promises that ended stand in one."""
    bodies = current_scope()
    for body_id in sorted(bodies.intersection(filters.body_ids) if filters.body_ids else bodies):
        with scope({body_id}):
            yield from _promised_run(filters, body_id) if filters.promise else _runs_of_body(filters, body_id)


def _in_sight(rows: "QuerySet[Row]", sight: Sight) -> "QuerySet[Row]":
    """Of every body in scope, what is seen of it."""
    limited = [body_id for body_id in current_scope() if not sight.is_whole(body_id)]
    if not limited:
        return rows
    seen = ~Q(public_body__in=limited)
    for body_id in limited:
        seen |= Q(public_body=body_id) & (reach(sight, body_id) or Q())
    return rows.filter(seen)


def _runs_of_body(filters: Filters, body_id: int) -> Iterator[Run]:
    """Whoever sees a part of the body gets a run of closed cases for each piece of it (worklist.reach)."""
    is_by_due = filters.order == "due"
    if filters.state != "closed":
        rows = _filtered(filters, is_closed=False)
        if (seen := reach(filters.sight, body_id)) is not None:
            rows = rows.filter(seen)
        yield Run(rows, "due_order", 1) if is_by_due else Run(rows, "last_activity_at", -1)
    # A promise runs or pauses only while its case is open.
    has_closed = filters.state == "closed" or not (filters.state or filters.is_open)
    if has_closed and filters.light in ("", "none"):
        rows = _filtered(filters, is_closed=True)
        parts = pieces(filters.sight, body_id)
        for part in [rows] if parts is None else [rows.filter(piece) for piece in parts]:
            yield Run(part, "last_activity_at", -1, rank=1 if is_by_due else 0)


def _promised_run(filters: Filters, body_id: int) -> Iterator[Run]:
    column = PROMISED[filters.promise]
    is_open = filters.is_open or filters.light not in ("", "none")
    rows = _filtered(filters, is_closed=False if is_open else None).filter(**{f"{column}__isnull": False})
    if filters.promise_since is not None:
        rows = rows.filter(**{f"{column}__gte": filters.promise_since})
    if (seen := reach(filters.sight, body_id)) is not None:
        rows = rows.filter(seen)
    yield Run(rows, column, -1)


def _together(slices: "Sequence[QuerySet[Any]]") -> list[Any]:
    """The rows of all in one statement."""
    if not slices:
        return []
    first, *others = slices
    return list(first.union(*others, all=True) if others else first)


def _filtered(filters: Filters, *, is_closed: bool | None) -> "QuerySet[Row]":
    """`is_closed` None: open and closed ones."""
    rows: QuerySet[Row] = Row.objects.all()
    if is_closed is not None:
        rows = rows.filter(IS_CLOSED if is_closed else IS_OPEN)
    if filters.state and not is_closed:
        rows = rows.filter(state=filters.state)
    for field in ("channel", "type", "service_id", "team_id", "agent_user_id"):
        wanted = getattr(filters, field)
        if wanted:
            rows = rows.filter(**{field: wanted})
    if filters.team_ids:
        also = Q()
        for team_id in filters.team_ids:
            also |= Q(also_team_ids__contains=[team_id])
        rows = rows.filter(Q(team_id__in=filters.team_ids) | also)
    if filters.is_unassigned:
        rows = rows.filter(agent_user_id__isnull=True)
    if filters.has_failed_delivery:
        rows = rows.filter(has_failed_delivery=True)
    if filters.is_unread:
        rows = rows.filter(is_unread=True)
    if filters.is_referred:
        rows = rows.filter(_referred(filters))
    if filters.incident_id is not None:
        rows = rows.filter(case_id__in=IncidentCase.objects.filter(incident_id=filters.incident_id).values("case_id"))
    if filters.light:
        rows = rows.filter(_light(filters.light))
    if filters.q.strip():
        rows = rows.filter(_search(filters.q, is_closed=is_closed))
    return rows


def _referred(filters: Filters) -> Q:
    owed = ~Q(referred_to="")
    if filters.referred_user_id is None and not filters.referred_team_ids:
        return owed
    mine = Q(agent_user_id__isnull=False, agent_user_id=filters.referred_user_id)
    return owed & (mine | Q(referred_team_id__isnull=False, referred_team_id__in=filters.referred_team_ids))


def _light(light: str) -> Q:
    now = clock.now()
    return {
        "late": Q(due_order__lte=now),
        "soon": Q(due_order__gt=now, next_warn_at__lte=now),
        "ok": Q(due_order__gt=now, due_order__lt=NEVER) & (Q(next_warn_at__gt=now) | Q(next_warn_at__isnull=True)),
        "paused": Q(due_order=NEVER, is_paused=True),
        "none": Q(due_order=NEVER, is_paused=False),
    }.get(light, Q())


def _search(text: str, *, is_closed: bool | None) -> Q:
    code = codes.normalise(text)
    if code:
        return Q(case__code=code)
    if is_closed is None:
        return _search(text, is_closed=False) | _search(text, is_closed=True)
    query = SearchQuery(text.replace("\x00", ""), config="ventanilla", search_type="websearch")
    found = SearchText.objects.filter(is_open=not is_closed, vector=query).values_list("case_id", flat=True)
    if is_closed:
        first = list(found[: FEW_MATCHES + 1])
        if len(first) <= FEW_MATCHES:
            return Q(case_id__in=first)
    return Q(case_id__in=found)
