"""A list shows what `may_see` says of each row, once, whatever the sight."""

import random

import pytest

from ventanilla.accounts.sight import Grant, Sight, may_see
from ventanilla.organisation.actions import create_body
from ventanilla.organisation.models import PublicBody
from ventanilla.organisation.scoping import scope
from ventanilla.routing.models import AlsoSeenBy
from ventanilla.workforce.actions import create_team
from ventanilla.worklist.models import Row
from ventanilla.worklist.queries import Filters, count_capped, page, pressing, promises_ended, workloads
from ventanilla.worklist.tests.test_paging import NOW, make_rows, walk


@pytest.fixture
def body(db: None) -> PublicBody:
    return create_body("ejemplo", "Ejemplo")


def scatter(body: PublicBody, dice: random.Random, team_ids: list[int]) -> None:
    """Twenty-five rows of any service, team, agent, channel and state."""
    AlsoSeenBy.objects.all().delete()
    for case_id in make_rows(body, [(dice.randrange(4), dice.choice([None, -1, 1])) for _ in range(25)]):
        also = dice.sample(team_ids, dice.choice([0, 0, 1]))
        AlsoSeenBy.objects.bulk_create(AlsoSeenBy(case_id=case_id, team_id=team_id) for team_id in also)
        Row.objects.filter(pk=case_id).update(
            service_id=dice.choice([None, 1, 2, 3]),
            team_id=dice.choice([None, *team_ids]),
            also_team_ids=also,
            agent_user_id=dice.choice([None, 7, 8]),
            channel=dice.choice(["email", "chat"]),
            state=dice.choice(["open", "closed"]),
            promise_missed_at=dice.choice([None, NOW]),
        )


def a_grant(dice: random.Random, team_ids: list[int]) -> Grant:
    return Grant(
        dice.choice([7, 9]),
        service_ids=frozenset(dice.sample([1, 2, 3], dice.randrange(3))),
        team_ids=frozenset(dice.sample(team_ids, dice.randrange(3))),
        channels=frozenset(dice.choice([[], ["email"], ["email", "chat"]])),
    )


@pytest.mark.parametrize("seed", range(12))
def test_lists_counts_and_figures_say_what_each_row_says(body: PublicBody, seed: int) -> None:
    dice = random.Random(seed)  # nobody has to guess it
    with scope({body.pk}):
        team_ids = [create_team(body, f"equipo-{number}", "Equipo").pk for number in range(3)]
        scatter(body, dice, team_ids)
        sight = Sight({body.pk: tuple(a_grant(dice, team_ids) for _ in range(dice.randrange(3)))})
        seen = {row.pk for row in Row.objects.all() if may_see(sight, row)}
        for order in ("due", "activity"):
            listed, _last = walk(Filters(order=order, sight=sight), 4)
            assert len(listed) == len(set(listed)), "twice in the list"
            assert set(listed) == seen
        assert count_capped(Filters(sight=sight)) == len(seen)
        open_ids = {row.pk for row in Row.objects.filter(pk__in=seen, state="open")}
        assert sum(load.open for load in workloads(sight)) == len(open_ids)
        nobodys = {row.pk for row in Row.objects.filter(pk__in=open_ids, agent_user_id=None)}
        assert nobodys <= {row.pk for row in pressing(sight, limit=100)} <= open_ids
        missed = Row.objects.filter(pk__in=seen, promise_missed_at__isnull=False).count()
        assert promises_ended([NOW], sight)[0].missed == missed
        assert count_capped(Filters(promise="missed", promise_since=NOW, sight=sight)) == missed


def test_a_limit_of_one_body_leaves_the_others_whole(body: PublicBody) -> None:
    other = create_body("otro", "Otro")
    with scope({body.pk, other.pk}):
        ids = make_rows(other, [(0, None)])
        sight = Sight({body.pk: ()})
        assert [row.pk for row in page(Filters(sight=sight)).rows] == ids
        assert sum(load.open for load in workloads(sight)) == 1


def test_no_limit_is_everything_and_no_grant_is_nothing(body: PublicBody) -> None:
    with scope({body.pk}):
        make_rows(body, [(0, None)])
        (row,) = page(Filters()).rows
        assert may_see(Sight(), row)
        assert not may_see(Sight({body.pk: ()}), row)
