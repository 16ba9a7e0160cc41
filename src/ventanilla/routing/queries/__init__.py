"""Who attends what, and why."""

from ventanilla.routing.queries.assigning import (
    also_seen_by,
    assignment_of,
    assignments,
    cases_also_seen_by,
    explain,
    loads,
)

__all__ = [
    "also_seen_by",
    "assignment_of",
    "assignments",
    "cases_also_seen_by",
    "explain",
    "loads",
]
