"""The only writer of cases: files messages, writes entries, changes states.

Actions here know nothing of agents, clocks and outboxes; flow calls those after them, in the same transaction.
"""

from ventanilla.cases.actions.entries import (
    add_acknowledgements,
    add_event,
    add_message,
    add_note,
    add_participants,
    amend,
    attach,
    forget_draft,
    save_draft,
)
from ventanilla.cases.actions.files import store_files
from ventanilla.cases.actions.incoming import open_or_continue
from ventanilla.cases.actions.joining import link, merge, review_link, split
from ventanilla.cases.actions.states import change, close, lock, open_case, reopen, set_waiting

__all__ = [
    "add_acknowledgements",
    "add_event",
    "add_message",
    "add_note",
    "add_participants",
    "amend",
    "attach",
    "change",
    "close",
    "forget_draft",
    "link",
    "lock",
    "merge",
    "open_case",
    "open_or_continue",
    "reopen",
    "review_link",
    "save_draft",
    "set_waiting",
    "split",
    "store_files",
]
