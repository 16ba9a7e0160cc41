"""What the clocks must know of a case."""

from datetime import datetime

from ventanilla.cases import queries as cases
from ventanilla.cases.models import Case
from ventanilla.sla.rules import CaseToTime


def to_time(case: Case, started_at: datetime) -> CaseToTime:
    """`started_at` is when what must be answered came in; the channel is the one the case came in by."""
    first = next(iter(cases.messages(case.pk)), None)
    return CaseToTime(
        case_id=case.pk,
        public_body_id=case.public_body_id,
        channel=first.channel if first else "",
        case_type=case.type,
        service_id=case.service_id,
        started_at=started_at,
    )
