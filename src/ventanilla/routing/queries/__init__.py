"""Who attends what, and why."""

from ventanilla.routing.queries.assigning import (
    also_seen_by,
    assignment_of,
    assignments,
    cases_also_seen_by,
    explain,
    loads,
)
from ventanilla.routing.queries.referrals import (
    asked_for,
    open_referral,
    referral,
    referrals_of,
    who_answers,
)

__all__ = [
    "also_seen_by",
    "asked_for",
    "assignment_of",
    "assignments",
    "cases_also_seen_by",
    "explain",
    "loads",
    "open_referral",
    "referral",
    "referrals_of",
    "who_answers",
]
