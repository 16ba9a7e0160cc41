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
from ventanilla.workforce.actions.courses import (
    Unfinished,
    finish_run,
    load_starters,
    read_lesson,
    save_answers,
    start_run,
    write_course,
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
    BadExemption,
    certify,
    end_exemption,
    grant_exemption,
    revoke,
    warn_of_certificates,
)

__all__ = [
    "SAYABLE",
    "BadExemption",
    "OldVersion",
    "OtherBody",
    "Unfinished",
    "certify",
    "change_agent",
    "change_provider",
    "change_team",
    "create_agent",
    "create_provider",
    "create_team",
    "end_exemption",
    "finish_run",
    "follow_silence",
    "grant_exemption",
    "leave",
    "load_starters",
    "read_lesson",
    "revoke",
    "save_answers",
    "see",
    "set_presence",
    "settle_ending",
    "sign",
    "start_run",
    "warn_of_certificates",
    "warn_of_endings",
    "write_course",
    "write_statement",
]
