"""Questions about incidents and about what was done to many cases at once."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, Q, QuerySet

from ventanilla.cases.models import Batch, BatchCase, BatchState, Case, CaseState, Incident, IncidentCase, IncidentState
from ventanilla.kit import clock


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a batch has come."""

    total: int
    done: int
    refused: int

    @property
    def settled(self) -> int:
        return self.done + self.refused


def incident(incident_id: int) -> Incident | None:
    query = Incident.objects.select_related("public_body", "opened_by", "closed_by")
    found: Incident | None = query.filter(pk=incident_id).first()
    return found


def incidents(state: str = "", limit: int = 200) -> "list[Incident]":
    """Newest first; with `case_count` and `open_count` of each."""
    query = Incident.objects.filter(state=state) if state else Incident.objects.all()
    is_open = ~Q(cases__case__state=CaseState.CLOSED)
    counted = query.annotate(
        case_count=Count("cases"), open_count=Count("cases", filter=is_open & Q(cases__isnull=False))
    )
    return list(counted.select_related("opened_by").order_by("-opened_at", "-pk")[:limit])


def open_incidents(body_id: int | None = None) -> list[Incident]:
    query = Incident.objects.filter(state=IncidentState.OPEN)
    if body_id is not None:
        query = query.filter(public_body_id=body_id)
    return list(query.order_by("-opened_at", "-pk"))


def incident_of(case: Case) -> Incident | None:
    """The one that the case is about; no query for a case that came by its code."""
    link: IncidentCase | None = getattr(case, "incident_link", None)
    return link.incident if link is not None else None


def cases_of(incident_id: int) -> list[Case]:
    """Oldest link first; those that go on in another case are left out."""
    return list(_cases_of(incident_id))


def case_ids_of(incident_id: int) -> list[int]:
    return list(_cases_of(incident_id).values_list("pk", flat=True))


def _cases_of(incident_id: int) -> "QuerySet[Case]":
    linked = IncidentCase.objects.filter(incident_id=incident_id).order_by("linked_at", "pk")
    ids = list(linked.values_list("case_id", flat=True))
    return Case.objects.filter(pk__in=ids, merged_into=None).select_related("contact", "service").order_by("pk")


def linked(case_ids: Iterable[int]) -> dict[int, int]:
    """The incident's id by the case's, of those that are in one."""
    return dict(IncidentCase.objects.filter(case_id__in=list(case_ids)).values_list("case_id", "incident_id"))


def batch(batch_id: int) -> Batch | None:
    found: Batch | None = Batch.objects.select_related("incident", "made_by").filter(pk=batch_id).first()
    return found


def answers_of(incident_id: int) -> list[Batch]:
    """The times that everybody was answered, newest first."""
    query = Batch.objects.filter(incident_id=incident_id, kind="answer").select_related("made_by")
    return list(query.order_by("-made_at"))


def batch_cases(batch_id: int) -> list[BatchCase]:
    """With their cases, in the order in which they are done."""
    mine = BatchCase.objects.filter(batch_id=batch_id, batch__in=Batch.objects.all())
    return list(mine.select_related("case", "case__merged_into").order_by("pk"))


def waiting_ids(batch_id: int) -> list[int]:
    query = BatchCase.objects.filter(batch_id=batch_id, state=BatchState.WAITING)
    return list(query.order_by("case_id").values_list("pk", flat=True))


def is_in_batch(batch_id: int, case_id: int) -> bool:
    return BatchCase.objects.filter(batch_id=batch_id, case_id=case_id).exists()


def progress(batch_id: int) -> Progress:
    counts = dict(
        BatchCase.objects.filter(batch_id=batch_id).order_by().values_list("state").annotate(count=Count("pk"))
    )
    done, refused = counts.get(BatchState.DONE, 0), counts.get(BatchState.REFUSED, 0)
    return Progress(sum(counts.values()), done, refused)


def unfinished(before_minutes: int = 5, limit: int = 100) -> list[tuple[int, int]]:
    """(body id, batch id) of batches that began a while ago and are not through; whatever the scope."""
    since = clock.now() - timedelta(minutes=before_minutes)
    query = Batch.unscoped.filter(finished_at=None, made_at__lt=since).order_by("pk")
    return list(query.values_list("public_body_id", "pk")[:limit])
