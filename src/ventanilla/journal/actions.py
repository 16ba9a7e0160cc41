"""The only writer of facts."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db import connection

from ventanilla.journal.actors import SYSTEM, Actor
from ventanilla.journal.models import Fact
from ventanilla.journal.rules import refuse_personal_data
from ventanilla.kit import clock


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
    Fact.objects.bulk_create(rows)


def make_partitions(months: int = 12) -> None:
    """Have a partition ready for each of the coming months; harmless when repeated."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT journal_make_partitions(%s, %s)", [clock.now().date(), months])
