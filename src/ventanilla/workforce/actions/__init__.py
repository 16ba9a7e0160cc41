"""The only writer of people who attend, their training and their presence."""

from ventanilla.workforce.actions.people import (
    OtherBody,
    change_agent,
    change_provider,
    change_team,
    create_agent,
    create_provider,
    create_team,
    set_presence,
)
from ventanilla.workforce.actions.training import (
    certify,
)

__all__ = [
    "OtherBody",
    "certify",
    "change_agent",
    "change_provider",
    "change_team",
    "create_agent",
    "create_provider",
    "create_team",
    "set_presence",
]
