"""Every reading of a case by staff is in the journal (docs/security.md, the agent who snoops)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from ventanilla.accounts.rules import Right
from ventanilla.cases import actions as cases
from ventanilla.cases import events
from ventanilla.cases.models import Case
from ventanilla.flow.sight import Standing
from ventanilla.journal import queries as journal
from ventanilla.journal.actors import Actor, ActorKind
from ventanilla.journal.models import Fact
from ventanilla.kit import clock
from ventanilla.worklist import queries as worklist
from ventanilla.worklist.models import Row


@dataclass(frozen=True, slots=True)
class Reading:
    """Who read which case, when and by which door; `is_related` says whether it was her work at that moment."""

    fact_id: int
    at: datetime
    user_id: int | None
    case_id: int | None
    door: str
    is_token: bool
    is_related: bool


OPEN_HOURS = timedelta(hours=12)
"""How long a page that is open may refresh itself before that is a reading of its own."""
DESK, API, FILE = "desk", "api", "file"
"""Doors, as the journal calls them."""


def was_read(actor: Actor, who: Standing, case: Case, door: str, row: Row | None = None) -> None:
    """Write down that she opened the case; `row` spares a query. One insert."""
    row = row or worklist.row(case.pk)
    is_related = row is not None and who.is_hers(row)
    cases.note_reading(case.pk, case.public_body_id, actor, door, is_related=is_related)


def goes_on(actor: Actor, who: Standing, case: Case, door: str) -> None:
    """A part of the case was asked for, as a page that is open does by itself: no new reading while the journal holds
    one of hers. Whoever asks for the part alone, without the page, is written down all the same."""
    since = clock.now() - OPEN_HOURS
    if actor.user_id is None or not journal.has_acted(events.READ, case.pk, actor.user_id, since):
        was_read(actor, who, case, door)


def searching_goes_on(actor: Actor, who: Standing, door: str) -> None:
    """A list of what a text found was asked for alone, as a page that is open does by itself."""
    body_ids = who.body_ids_with(Right.SEE_CASES)
    if actor.user_id and not journal.has_acted_in(events.SEARCHED, body_ids, actor.user_id, clock.now() - OPEN_HOURS):
        searched(actor, who, door, body_ids)


def searched(actor: Actor, who: Standing, door: str, body_ids: Iterable[int] = ()) -> None:
    """Write down that she searched by a text, in these bodies or all that she sees."""
    cases.note_search(set(body_ids) or who.body_ids_with(Right.SEE_CASES), actor, door)


def of_case(case_id: int, limit: int) -> list[Reading]:
    """Who read the case, newest first."""
    return [_reading(fact) for fact in journal.newest_of_case(case_id, events.READ, limit)]


def unrelated(body_ids: Iterable[int], limit: int, before: tuple[datetime, int] | None = None) -> list[Reading]:
    """Readings in those bodies by whoever had nothing to do with the case, newest first; `before` is the moment and
    the number of the last one of the page before."""
    facts = journal.newest_of_kind(events.READ, body_ids, {"is_related": False}, limit, before)
    return [_reading(fact) for fact in facts]


def _reading(fact: Fact) -> Reading:
    return Reading(
        fact_id=fact.pk,
        at=fact.happened_at,
        user_id=fact.actor_id,
        case_id=fact.case_id,
        door=str(fact.details.get("door", "")),
        is_token=fact.actor_kind == ActorKind.TOKEN,
        is_related=bool(fact.details.get("is_related")),
    )
