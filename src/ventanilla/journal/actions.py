"""The only writer of facts."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db import connection

from ventanilla.journal.actors import SYSTEM, Actor
from ventanilla.journal.models import Bookmark, Fact
from ventanilla.journal.rules import refuse_personal_data
from ventanilla.kit import bulk, clock


@dataclass(frozen=True, slots=True)
class NewFact:
    """A fact to record; `kind` is `room.fact` in the past tense. `happened_at` None means now."""

    kind: str
    public_body_id: int | None
    actor: Actor = SYSTEM
    case_id: int | None = None
    happened_at: datetime | None = None
    channel: str = ""
    case_type: str = ""
    service_id: int | None = None
    unit_id: int | None = None
    team_id: int | None = None
    agent_id: int | None = None
    elapsed_seconds: int | None = None
    business_seconds: int | None = None
    is_within_target: bool | None = None
    details: Mapping[str, object] = field(default_factory=dict)


def record(*facts: NewFact) -> None:
    record_all(facts)


def record_all(facts: Iterable[NewFact]) -> None:
    """Append the facts in the current transaction. Raises PersonalDataInJournal."""
    now = clock.now()
    rows = []
    for fact in facts:
        refuse_personal_data(fact.details)
        rows.append(
            Fact(
                happened_at=fact.happened_at or now,
                kind=fact.kind,
                public_body_id=fact.public_body_id,
                actor_kind=fact.actor.kind.value,
                actor_id=fact.actor.id,
                case_id=fact.case_id,
                channel=fact.channel,
                case_type=fact.case_type,
                service_id=fact.service_id,
                unit_id=fact.unit_id,
                team_id=fact.team_id,
                agent_id=fact.agent_id,
                elapsed_seconds=fact.elapsed_seconds,
                business_seconds=fact.business_seconds,
                is_within_target=fact.is_within_target,
                details=dict(fact.details),
            )
        )
    if len(rows) == 1:
        rows[0].save(force_insert=True)  # one statement, where COPY takes two
    else:
        bulk.insert(Fact, rows)


def make_partitions(months: int = 12) -> None:
    """Have a partition ready for each of the coming months; harmless when repeated."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT journal_make_partitions(%s, %s)", [clock.now().date(), months])


def read_on(reader: str, kinds: Iterable[str], limit: int) -> list[Fact]:
    """The next facts of these kinds for that reader, oldest first; each is handed out once it is committed.

    A fact is handed out at the second reading after it was recorded, never before. Call it in the transaction that acts
    on what it returns: when that fails, the facts are handed out again.
    """
    Bookmark.objects.get_or_create(reader=reader, defaults={"fact_id": _newest_id(), "horizon_id": _newest_id()})
    bookmark = Bookmark.objects.select_for_update().get(reader=reader)
    between = Fact.objects.filter(id__gt=bookmark.fact_id, id__lte=bookmark.horizon_id, kind__in=list(kinds))
    facts = list(between.order_by("id")[:limit])
    if len(facts) == limit:
        bookmark.fact_id = facts[-1].pk
    else:
        bookmark.fact_id, bookmark.horizon_id = bookmark.horizon_id, _newest_id()
    bookmark.save()
    return facts


def _newest_id() -> int:
    return Fact.objects.order_by("-id").values_list("id", flat=True).first() or 0
