"""Questions to the journal."""

from django.db.models import QuerySet

from ventanilla.journal.models import Fact


def facts_of_case(case_id: int) -> QuerySet[Fact]:
    """What happened to a case, oldest first."""
    return Fact.objects.filter(case_id=case_id).order_by("happened_at", "id")


def facts_of_kind(kind: str, public_body_id: int) -> QuerySet[Fact]:
    return Fact.objects.filter(kind=kind, public_body_id=public_body_id).order_by("happened_at", "id")
