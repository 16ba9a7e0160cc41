"""Queues, filters and search: pages of rows by key, never by offset."""

import base64
import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.contrib.postgres.search import SearchQuery
from django.db.models import BooleanField, Count, ExpressionWrapper, OuterRef, Q, QuerySet, Subquery
from django.db.models.lookups import Exact

from ventanilla.kit import clock
from ventanilla.messages import codes
from ventanilla.worklist.models import Row, SearchText

OPEN_STATES = ["open", "waiting_citizen"]
FEW_MATCHES = 2_000


class BadCursor(ValueError):
    """A cursor that no page gave."""


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


@dataclass(frozen=True, slots=True)
class Page:
    rows: list[Row]
    next: str | None
    previous: str | None


@dataclass(frozen=True, slots=True)
class _Key:
    at: datetime
    case_id: int
    is_backward: bool = False


def page(filters: Filters, cursor: str = "", limit: int = 40) -> Page:
    """One page of the queue. Raises BadCursor."""
    key = _read_cursor(cursor) if cursor else None
    column, sign = ("due_order", 1) if filters.order == "due" else ("last_activity_at", -1)
    is_backward = key is not None and key.is_backward
    if is_backward:
        sign = -sign
    rows = _filtered(filters)
    if key is not None:
        beyond = "gt" if sign > 0 else "lt"
        # The first condition says nothing new; it is what the index is entered by.
        rows = rows.filter(**{f"{column}__{beyond}e": key.at}).filter(
            Q(**{f"{column}__{beyond}": key.at}) | Q(**{column: key.at, f"case_id__{beyond}": key.case_id})
        )
    prefix = "" if sign > 0 else "-"
    found = list(rows.order_by(f"{prefix}{column}", f"{prefix}case_id")[: limit + 1])
    has_more, found = len(found) > limit, found[:limit]
    if is_backward:
        found.reverse()
    has_next = is_backward or has_more
    has_previous = has_more if is_backward else key is not None
    return Page(
        found,
        _write_cursor(_Key(getattr(found[-1], column), found[-1].case_id)) if found and has_next else None,
        _write_cursor(_Key(getattr(found[0], column), found[0].case_id, is_backward=True))
        if found and has_previous
        else None,
    )


def count_capped(filters: Filters, cap: int = 1000) -> int:
    """How many cases the filters find, counting no further than `cap`."""
    return _filtered(filters).order_by()[:cap].count()


def row(case_id: int) -> Row | None:
    found: Row | None = Row.objects.filter(case_id=case_id).first()
    return found


def rows(case_ids: Collection[int]) -> dict[int, Row]:
    return Row.objects.in_bulk(list(case_ids))


@dataclass(frozen=True, slots=True)
class Workload:
    """Open cases of one agent in one team; None in either means nobody's."""

    team_id: int | None
    agent_user_id: int | None
    open: int
    waiting: int
    """Of them, those that wait for the person."""
    late: int
    soon: int


def workloads() -> list[Workload]:
    """What is open, by team and agent; one statement over the open cases in sight."""
    counts = (
        Row.objects.filter(state__in=OPEN_STATES)
        .order_by()
        .values("team_id", "agent_user_id")
        .annotate(
            open=Count("pk"),
            waiting=Count("pk", filter=Q(state="waiting_citizen")),
            late=Count("pk", filter=_light("late")),
            soon=Count("pk", filter=_light("soon")),
        )
    )
    return [Workload(**count) for count in counts]


def _filtered(filters: Filters) -> "QuerySet[Row]":
    rows: QuerySet[Row] = Row.objects.all()
    if filters.state:
        rows = rows.filter(state=filters.state)
    elif filters.is_open:
        rows = rows.filter(state__in=OPEN_STATES)
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
    if filters.light:
        rows = rows.filter(_light(filters.light))
        if filters.light != "none":
            # A promise runs or pauses only while its case is open; said here, the index of open cases answers.
            rows = rows.filter(state__in=OPEN_STATES)
    if filters.q.strip():
        rows = _searched(rows, filters.q)
    return rows


def _light(light: str) -> Q:
    now = clock.now()
    return {
        "late": Q(next_due_at__lte=now),
        "soon": Q(next_due_at__gt=now, next_warn_at__lte=now),
        "ok": Q(next_due_at__gt=now) & (Q(next_warn_at__gt=now) | Q(next_warn_at__isnull=True)),
        "paused": Q(next_due_at__isnull=True, is_paused=True),
        "none": Q(next_due_at__isnull=True, is_paused=False),
    }.get(light, Q())


def _searched(rows: "QuerySet[Row]", text: str) -> "QuerySet[Row]":
    """Rows whose texts hold the words. A code finds its case alone.

    Few matches are looked up by the inverted index and handed over by key. Many would all have to be sorted for one
    page: then the page's own order is walked, and each row asked whether it matches.
    """
    code = codes.normalise(text)
    if code:
        return rows.filter(code=code)
    query = SearchQuery(text.replace("\x00", " "), config="ventanilla", search_type="websearch")
    matching = SearchText.objects.filter(vector=query)
    found = list(matching.values_list("case_id", flat=True)[: FEW_MATCHES + 1])
    if len(found) <= FEW_MATCHES:
        return rows.filter(case_id__in=found)
    says_so = SearchText.objects.filter(case_id=OuterRef("case_id")).annotate(
        is_match=ExpressionWrapper(Q(vector=query), output_field=BooleanField())
    )
    return rows.filter(Exact(Subquery(says_so.values("is_match")[:1]), True))


def _write_cursor(key: _Key) -> str:
    plain = json.dumps([key.at.isoformat(), key.case_id, key.is_backward])
    return base64.urlsafe_b64encode(plain.encode()).decode().rstrip("=")


def _read_cursor(text: str) -> _Key:
    try:
        at, case_id, is_backward = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        key = _Key(datetime.fromisoformat(at), int(case_id), bool(is_backward))
    except (ValueError, TypeError, OverflowError, RecursionError) as problem:
        raise BadCursor(text) from problem
    if key.at.tzinfo is None:
        raise BadCursor(text)
    return key
