"""Gives cases to teams and agents, and writes down why."""

from ventanilla.routing.actions.assigning import (
    CaseToAssign,
    also_seen,
    assign,
    give,
    set_open,
    waiting,
)
from ventanilla.routing.actions.referrals import (
    close_referral,
    lock_referral,
    refer_to_body,
    refer_to_unit,
    set_second_level,
)

__all__ = [
    "CaseToAssign",
    "also_seen",
    "assign",
    "close_referral",
    "give",
    "lock_referral",
    "refer_to_body",
    "refer_to_unit",
    "set_open",
    "set_second_level",
    "waiting",
]
