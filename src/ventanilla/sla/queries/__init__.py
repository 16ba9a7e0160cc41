"""Questions to policies and clocks; never write."""

from ventanilla.sla.queries.clocks import OPEN_STATES, clock, clocks_of, consumed, promised_at, row_times, stretches
from ventanilla.sla.queries.explanations import Promise, explain, promise
from ventanilla.sla.queries.policies import (
    Trouble,
    first_answer_due,
    for_referral,
    policies,
    policies_in_force,
    policy,
    terms,
    troubles,
)

__all__ = [
    "OPEN_STATES",
    "Promise",
    "Trouble",
    "clock",
    "clocks_of",
    "consumed",
    "explain",
    "first_answer_due",
    "for_referral",
    "policies",
    "policies_in_force",
    "policy",
    "promise",
    "promised_at",
    "row_times",
    "stretches",
    "terms",
    "troubles",
]
