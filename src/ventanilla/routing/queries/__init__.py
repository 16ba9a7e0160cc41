"""Who attends what, and why."""

from ventanilla.routing.queries.assigning import (
    also_seen_by,
    assignment_of,
    assignments,
    cases_also_seen_by,
    loads,
    open_cases_of,
)
from ventanilla.routing.queries.explaining import (
    explain,
    explanation,
)
from ventanilla.routing.queries.needs import (
    LANGUAGES,
    OURS,
    PREFERENTIAL_REASONS,
    languages_of,
    needs_of,
)
from ventanilla.routing.queries.referrals import (
    asked_for,
    latest_referral,
    open_referral,
    referral,
    referrals_of,
    who_answers,
)
from ventanilla.routing.queries.settings import (
    DEFAULTS,
    Choices,
    Settings,
    settings_of,
)
from ventanilla.routing.queries.tracing import (
    Step,
    trace,
)

__all__ = [
    "DEFAULTS",
    "LANGUAGES",
    "OURS",
    "PREFERENTIAL_REASONS",
    "Choices",
    "Settings",
    "Step",
    "also_seen_by",
    "asked_for",
    "assignment_of",
    "assignments",
    "cases_also_seen_by",
    "explain",
    "explanation",
    "languages_of",
    "latest_referral",
    "loads",
    "needs_of",
    "open_cases_of",
    "open_referral",
    "referral",
    "referrals_of",
    "settings_of",
    "trace",
    "who_answers",
]
