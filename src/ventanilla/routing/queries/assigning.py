"""Who attends what, and why."""

from collections.abc import Collection, Iterable

from django.db.models import Q, QuerySet

from ventanilla.routing.models import AlsoSeenBy, Assignment, Referral, Turn


def assignment_of(case_id: int) -> Assignment | None:
    found: Assignment | None = Assignment.objects.select_related("team", "agent__user").filter(case_id=case_id).first()
    return found


def assignments(case_ids: Iterable[int]) -> dict[int, Assignment]:
    query = Assignment.objects.select_related("team", "agent__user").filter(case_id__in=list(case_ids))
    return {assignment.case_id: assignment for assignment in query}


def also_seen_by(case_id: int) -> list[str]:
    """Names of the other teams that received the same message; those that were asked as second level did not."""
    asked = Referral.objects.filter(case_id=case_id, team__isnull=False).values("team_id")
    query = AlsoSeenBy.objects.filter(case_id=case_id).exclude(team_id__in=asked)
    return list(query.values_list("team__name", flat=True))


def cases_also_seen_by(team_ids: Iterable[int]) -> "QuerySet[AlsoSeenBy, int]":
    """Ids of the cases that these teams see beside another one's; for a question of a room above."""
    return AlsoSeenBy.objects.filter(team__in=list(team_ids)).values_list("case_id", flat=True)


def loads(agent_ids: Collection[int]) -> dict[int, int]:
    """What the open cases of each of those agents weigh.

    Unscoped: one agent of a shared centre has one load, whichever bodies the cases are of.
    """
    return dict(Turn.objects.filter(agent_id__in=list(agent_ids)).values_list("agent_id", "load"))


def open_cases_of(team_ids: Iterable[int], agent_ids: Iterable[int], most: int) -> list[int]:
    """Open cases in scope that these teams or these agents have, the oldest first."""
    whose = Q(team__in=list(team_ids)) | Q(agent__in=list(agent_ids))
    return list(
        Assignment.objects.filter(whose, is_open=True).order_by("case_id").values_list("case_id", flat=True)[:most]
    )
