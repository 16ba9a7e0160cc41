"""The only writer of people who attend, their training and their presence."""

from ventanilla.workforce.actions.confidentiality import (
    OldVersion,
    sign,
    write_statement,
)
from ventanilla.workforce.actions.contracts import (
    settle_ending,
    warn_of_endings,
)
from ventanilla.workforce.actions.people import (
    OtherBody,
    change_agent,
    change_provider,
    change_team,
    create_agent,
    create_provider,
    create_team,
)
from ventanilla.workforce.actions.presence import (
    SAYABLE,
    follow_silence,
    leave,
    see,
    set_presence,
)
from ventanilla.workforce.actions.training import (
    certify,
)

__all__ = [
    "SAYABLE",
    "OldVersion",
    "OtherBody",
    "certify",
    "change_agent",
    "change_provider",
    "change_team",
    "create_agent",
    "create_provider",
    "create_team",
    "follow_silence",
    "leave",
    "see",
    "set_presence",
    "settle_ending",
    "sign",
    "warn_of_endings",
    "write_statement",
]
