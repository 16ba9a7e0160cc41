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
from ventanilla.cases.actions.files import note_scan, store_files
from ventanilla.cases.actions.incoming import open_or_continue, take_case_ids
from ventanilla.cases.actions.joining import link, merge, review_link, split
from ventanilla.cases.actions.people import change_keys, note_seen, prove
from ventanilla.cases.actions.readings import note_reading, note_search
from ventanilla.cases.actions.received import take_over
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
    "change_keys",
    "close",
    "forget_draft",
    "link",
    "lock",
    "merge",
    "note_reading",
    "note_scan",
    "note_search",
    "note_seen",
    "open_case",
    "open_or_continue",
    "prove",
    "reopen",
    "review_link",
    "save_draft",
    "set_waiting",
    "split",
    "store_files",
    "take_case_ids",
    "take_over",
]
