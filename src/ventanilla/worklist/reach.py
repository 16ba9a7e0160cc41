"""A sight as conditions on rows: what `accounts.sight.may_see` says of one row, for a whole list."""

from collections.abc import Iterable
from functools import reduce
from operator import or_

from django.db.models import Q

from ventanilla.accounts.sight import Grant, Sight
from ventanilla.routing.queries import cases_also_seen_by

NOTHING = Q(pk__in=[])


def reach(sight: Sight, body_id: int) -> Q | None:
    """The rows of the body that are in sight; None when all are, so that a list without limits costs nothing more."""
    if sight.is_whole(body_id):
        return None
    return reduce(or_, (_with_channels(grant, _any(grant)) for grant in sight.limits[body_id]), NOTHING)


def pieces(sight: Sight, body_id: int) -> list[Q] | None:
    """The same in pieces that share no row, each with a column that leads an index of closed cases: a unit with few
    cases among a million finds the newest of them without walking past the others'."""
    if sight.is_whole(body_id):
        return None
    found: list[Q] = []
    before: Q | None = None
    for grant in sight.limits[body_id]:
        for condition in _each(grant):
            piece = _with_channels(grant, condition)
            found.append(piece if before is None else piece & ~before)
            before = piece if before is None else before | piece
    return found


def _each(grant: Grant) -> Iterable[Q]:
    yield Q(agent_user_id__isnull=False, agent_user_id=grant.user_id)
    for service_id in sorted(grant.service_ids):
        yield Q(service_id__isnull=False, service_id=service_id)
    for team_id in sorted(grant.team_ids):
        yield Q(team_id__isnull=False, team_id=team_id)
    if grant.team_ids:
        yield Q(case__in=cases_also_seen_by(grant.team_ids))


def _any(grant: Grant) -> Q:
    condition = Q(agent_user_id=grant.user_id)
    if grant.service_ids:
        condition |= Q(service_id__in=sorted(grant.service_ids))
    if grant.team_ids:
        condition |= Q(team_id__in=sorted(grant.team_ids))
    for team_id in sorted(grant.team_ids):
        condition |= Q(also_team_ids__contains=[team_id])
    return condition


def _with_channels(grant: Grant, condition: Q) -> Q:
    return condition & Q(channel__in=sorted(grant.channels)) if grant.channels else condition
