"""Gives cases to teams and agents, and writes down why."""

from ventanilla.routing.actions.assigning import (
    also_seen,
    assign,
    give,
    hand_out,
    note_moved,
    set_open,
)
from ventanilla.routing.actions.needs import (
    set_needs,
)
from ventanilla.routing.actions.planning import (
    CaseToAssign,
    Plan,
)
from ventanilla.routing.actions.referrals import (
    close_referral,
    lock_referral,
    refer_to_body,
    refer_to_unit,
    set_second_level,
)
from ventanilla.routing.actions.settings import (
    change_overflow_rule,
    create_overflow_rule,
    set_body_routing,
)

__all__ = [
    "CaseToAssign",
    "Plan",
    "also_seen",
    "assign",
    "change_overflow_rule",
    "close_referral",
    "create_overflow_rule",
    "give",
    "hand_out",
    "lock_referral",
    "note_moved",
    "refer_to_body",
    "refer_to_unit",
    "set_body_routing",
    "set_needs",
    "set_open",
    "set_second_level",
]
