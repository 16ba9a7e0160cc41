"""Gives cases to teams and agents, and writes down why."""

from ventanilla.routing.actions.assigning import (
    CaseToAssign,
    also_seen,
    assign,
    give,
    set_open,
    waiting,
)

__all__ = [
    "CaseToAssign",
    "also_seen",
    "assign",
    "give",
    "set_open",
    "waiting",
]
