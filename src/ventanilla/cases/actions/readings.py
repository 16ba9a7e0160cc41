"""That a member of staff read a case, or searched: the journal keeps it, no table does."""

from collections.abc import Iterable

from ventanilla.cases import events
from ventanilla.journal.actions import NewFact, record, record_all
from ventanilla.journal.actors import Actor


def note_reading(case_id: int, body_id: int, actor: Actor, door: str, *, is_related: bool) -> None:
    """She read the case through that door. `is_related` says whether it had to do with her work at that moment."""
    record(NewFact(events.READ, body_id, actor, case_id=case_id, details={"door": door, "is_related": is_related}))


def note_search(body_ids: Iterable[int], actor: Actor, door: str) -> None:
    """She searched these bodies' cases by a text, which nobody keeps."""
    record_all(NewFact(events.SEARCHED, body_id, actor, details={"door": door}) for body_id in sorted(body_ids))
