"""Where a message belongs. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class Outcome(StrEnum):
    """How a case ended."""

    ANSWERED = "answered"
    NOT_OURS = "not_ours"
    NO_ANSWER_NEEDED = "no_answer_needed"
    DUPLICATE = "duplicate"
    WITHDRAWN = "withdrawn"
    """The person says that she needs nothing more."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A case that a message points at, as filing sees it.

    `participants` are (kind, value) pairs, `participant_contact_ids` the standing contacts behind them.
    """

    case_id: int
    is_closed: bool
    closed_at: datetime | None
    participants: frozenset[tuple[str, str]]
    participant_contact_ids: frozenset[int]


class Filing(StrEnum):
    CONTINUE = "continue"
    REOPEN = "reopen"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Decision:
    """Where the message goes. `case_id` is the case that it joins; `related_ids` cases to link a new one to, and
    whether
    an agent must look at the link (a stranger pointed at somebody else's case)."""

    filing: Filing
    case_id: int | None = None
    related_id: int | None = None
    is_suspicious: bool = False


def file_message(
    sender: tuple[str, str],
    sender_contact_id: int,
    candidates: Sequence[Candidate],
    received_at: datetime,
    reopen_window: timedelta,
    *,
    is_automatic: bool,
) -> Decision:
    """Choose among the cases that a message points at, strongest pointer first.

    It joins the first one that its sender takes part in (interface.md section 7). A case closed longer ago than
    the window
    stays closed: the message opens another, related one. What a stranger points at is linked for an agent to review
    (lessons.md 3). An automatic message joins a closed case without reopening it.
    """
    old: Candidate | None = None
    for candidate in candidates:
        if sender not in candidate.participants and sender_contact_id not in candidate.participant_contact_ids:
            continue
        if not candidate.is_closed or is_automatic:
            return Decision(Filing.CONTINUE, candidate.case_id)
        if candidate.closed_at is None or received_at - candidate.closed_at <= reopen_window:
            return Decision(Filing.REOPEN, candidate.case_id)
        old = old or candidate
    if old is not None:
        return Decision(Filing.OPEN, related_id=old.case_id)
    if candidates:
        return Decision(Filing.OPEN, related_id=candidates[0].case_id, is_suspicious=True)
    return Decision(Filing.OPEN)


def pointed_at(
    token_case_ids: Sequence[int],
    in_reply_to: Sequence[str],
    references: Sequence[str],
    code_case_id: int | None,
    cases_of_ids: Mapping[str, Sequence[int]],
) -> list[int]:
    """The cases a message points at, strongest first: signed tokens, what it answers, references, a code.

    `cases_of_ids` says which cases hold a message with that external id (a broken client may use one twice). Ids
    that two
    messages merely share, such as a newsletter's, are no pointer (lessons.md 2): only our own entries count.
    """
    ordered = list(token_case_ids)
    for external_id in (*in_reply_to, *reversed(references)):
        ordered.extend(cases_of_ids.get(external_id, ()))
    if code_case_id is not None:
        ordered.append(code_case_id)
    return list(dict.fromkeys(ordered))
