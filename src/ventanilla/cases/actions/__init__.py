"""The only writer of cases: files messages, writes entries, changes states.

Actions here know nothing of agents, clocks and outboxes; flow calls those after them, in the same transaction.
"""

from ventanilla.cases.actions.batches import (
    begin_batch,
    finish_batch,
    lock_batch_case,
    settle_batch_case,
)
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
from ventanilla.cases.actions.incidents import (
    InAnotherIncident,
    change_incident,
    close_incident,
    link_to_incident,
    lock_incident,
    open_incident,
    reopen_incident,
    unlink_from_incident,
)
from ventanilla.cases.actions.incoming import open_or_continue, take_case_ids
from ventanilla.cases.actions.joining import link, merge, review_link, split
from ventanilla.cases.actions.people import change_keys, note_seen, prove
from ventanilla.cases.actions.readings import note_reading, note_search
from ventanilla.cases.actions.received import take_over
from ventanilla.cases.actions.states import change, close, lock, open_case, reopen, set_waiting

__all__ = [
    "InAnotherIncident",
    "add_acknowledgements",
    "add_event",
    "add_message",
    "add_note",
    "add_participants",
    "amend",
    "attach",
    "begin_batch",
    "change",
    "change_incident",
    "change_keys",
    "close",
    "close_incident",
    "finish_batch",
    "forget_draft",
    "link",
    "link_to_incident",
    "lock",
    "lock_batch_case",
    "lock_incident",
    "merge",
    "note_reading",
    "note_scan",
    "note_search",
    "note_seen",
    "open_case",
    "open_incident",
    "open_or_continue",
    "prove",
    "reopen",
    "reopen_incident",
    "review_link",
    "save_draft",
    "set_waiting",
    "settle_batch_case",
    "split",
    "store_files",
    "take_case_ids",
    "take_over",
    "unlink_from_incident",
]
