"""Questions to cases."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from django.db.models import Count, Prefetch, Q, QuerySet

from ventanilla.cases.filing import SCAN_ATTEMPTS
from ventanilla.cases.models import (
    Case,
    CaseLink,
    CaseState,
    CaseType,
    Direction,
    Draft,
    Entry,
    EntryFile,
    EntryKind,
    Participant,
)
from ventanilla.cases.rules import Outcome
from ventanilla.kit.clamd import Scan
from ventanilla.messages import codes

TYPES = CaseType.choices
STATES = CaseState.choices
OUTCOMES = [outcome.value for outcome in Outcome if outcome is not Outcome.WITHDRAWN]
"""What staff may say; only the person herself withdraws."""


def by_code(code: str) -> Case | None:
    """The case with that code, however it was typed."""
    normalised = codes.normalise(code)
    if normalised is None:
        return None
    related = ("contact", "service", "merged_into", "public_body", "incident_link__incident")
    found: Case | None = Case.objects.select_related(*related).filter(code=normalised).first()
    return found


def by_id(case_id: int) -> Case | None:
    found: Case | None = (
        Case.objects.select_related("contact", "service", "merged_into", "public_body").filter(pk=case_id).first()
    )
    return found


def by_ids(case_ids: Iterable[int]) -> dict[int, Case]:
    return Case.objects.select_related("contact").in_bulk(list(case_ids))


def ids_of_codes(found: Iterable[str]) -> dict[str, int]:
    """Code to id, of those in sight."""
    return dict(Case.objects.filter(code__in=list(found)).values_list("code", "pk"))


def timeline(case_id: int) -> list[Entry]:
    """Oldest first, with files, author and contact at hand."""
    return list(_timeline(case_id))


def timeline_after(case_id: int, position: tuple[datetime, int] | None, limit: int) -> list[Entry]:
    """A piece of the same, after the entry at that position (its `at` and id)."""
    query = _timeline(case_id)
    if position is not None:
        at, entry_id = position
        query = query.filter(Q(at__gt=at) | Q(at=at, pk__gt=entry_id))
    return list(query[:limit])


def _timeline(case_id: int) -> "QuerySet[Entry]":
    files = Prefetch("files", queryset=EntryFile.objects.order_by("pk"))
    query = Entry.objects.filter(case_id=case_id).select_related("author", "contact", "account").prefetch_related(files)
    return query.order_by("at", "pk")


def entry(entry_id: int) -> Entry | None:
    found: Entry | None = Entry.objects.select_related("case", "delivery").filter(pk=entry_id).first()
    return found


def messages(case_id: int) -> list[Entry]:
    return list(Entry.objects.filter(case_id=case_id, kind=EntryKind.MESSAGE).order_by("at", "pk"))


def last_inbound(case_id: int) -> Entry | None:
    """The last thing that a person said, automatic notes aside."""
    found: Entry | None = (
        Entry.objects.filter(case_id=case_id, kind=EntryKind.MESSAGE, direction=Direction.IN, is_automatic=False)
        .order_by("-at", "-pk")
        .first()
    )
    return found


def last_entry_id(case_id: int) -> int:
    return Entry.objects.filter(case_id=case_id).order_by("-pk").values_list("pk", flat=True).first() or 0


def has_recorded_action(case_id: int) -> bool:
    """Whether a member of staff wrote an answer or a note (domain.md 1.4: no closing without one)."""
    return Entry.objects.filter(
        case_id=case_id, author__isnull=False, kind__in=[EntryKind.MESSAGE, EntryKind.NOTE]
    ).exists()


def has_answer(case_id: int) -> bool:
    return Entry.objects.filter(
        case_id=case_id, author__isnull=False, kind=EntryKind.MESSAGE, direction=Direction.OUT
    ).exists()


def was_answered_after(entry: Entry) -> bool:
    """Whether a member of staff wrote to the person since."""
    said = Entry.objects.filter(
        case_id=entry.case_id, author__isnull=False, kind=EntryKind.MESSAGE, direction=Direction.OUT
    )
    return bool(said.filter(Q(at__gt=entry.at) | Q(at=entry.at, pk__gt=entry.pk)).exists())


def participants(case_id: int) -> list[Participant]:
    """Whoever may add to the case; the one who opened it first."""
    return list(Participant.objects.filter(case_id=case_id, case__in=Case.objects.all()).order_by("is_copied", "pk"))


def links_of(case_id: int) -> list[CaseLink]:
    """Links in both directions, those to review first."""
    mine = CaseLink.objects.filter(case__in=Case.objects.all(), other__in=Case.objects.all()).select_related(
        "case", "other", "made_by"
    )
    return sorted(
        [*mine.filter(case_id=case_id), *mine.filter(other_id=case_id)],
        key=lambda link: (link.is_reviewed, link.made_at),
    )


def link(link_id: int) -> CaseLink | None:
    return CaseLink.objects.select_related("case", "other").filter(pk=link_id, case__in=Case.objects.all()).first()


def cases_of_contact(contact_ids: Sequence[int], limit: int = 20) -> list[Case]:
    """Newest activity first."""
    return list(
        Case.objects.filter(contact_id__in=contact_ids).select_related("service").order_by("-last_activity_at")[:limit]
    )


def cases_of_addresses(body_id: int, addresses: Sequence[tuple[str, str]], limit: int = 100) -> list[Case]:
    """Cases where one of the addresses (kind, value) takes part otherwise than in copy, newest activity first."""
    named = Q()
    for kind, value in addresses:
        named |= Q(kind=kind, value=value)
    if not named:
        return []
    mine = Participant.objects.filter(named, is_copied=False).values("case_id")
    query = Case.objects.filter(public_body_id=body_id, pk__in=mine, merged_into=None)
    return list(query.select_related("service", "public_body").order_by("-last_activity_at", "-pk")[:limit])


def codes_of_delivery(delivery_id: int) -> list[str]:
    """Codes of the cases that hold what this delivery brought."""
    query = Entry.objects.filter(delivery_id=delivery_id).order_by("pk")
    return list(dict.fromkeys(query.values_list("case__code", flat=True)))


def of_delivery(delivery_id: int) -> list[Case]:
    """The cases that hold what this delivery brought."""
    held = Entry.objects.filter(delivery_id=delivery_id).values("case_id")
    return list(Case.objects.filter(pk__in=held).order_by("pk"))


def contact_ids_of_joined(case_id: int) -> set[int]:
    """Who opened the cases that go on in this one."""
    joined = Case.objects.filter(merged_into_id=case_id, contact__isnull=False)
    return set(joined.values_list("contact_id", flat=True))


def addresses_written_to(case_ids: Collection[int]) -> dict[int, set[str]]:
    """Every address that something of these cases was sent to; no query for none."""
    found: dict[int, set[str]] = {}
    if case_ids:
        sent = Entry.objects.filter(case_id__in=case_ids, kind=EntryKind.MESSAGE, direction=Direction.OUT)
        for case_id, recipients in sent.values_list("case_id", "recipients"):
            found.setdefault(case_id, set()).update(one["value"] for one in recipients)
    return found


def opened_since(contact_ids: Iterable[int], since: datetime) -> dict[int, int]:
    """How many cases each contact opened since that moment."""
    query = Case.objects.filter(contact_id__in=list(contact_ids), opened_at__gte=since).order_by()
    return dict(query.values_list("contact_id").annotate(count=Count("pk")))


def file(file_id: int) -> EntryFile | None:
    return (
        EntryFile.objects.select_related("entry__case").filter(pk=file_id, entry__case__in=Case.objects.all()).first()
    )


def brought_virus(delivery_id: int) -> bool:
    """Whether a file of what this delivery brought is infected; then its original is, too."""
    return bool(EntryFile.objects.filter(scan=Scan.INFECTED, entry__delivery_id=delivery_id).exists())


def files_to_scan(limit: int) -> list[EntryFile]:
    """Files whose analysis failed and may be tried again, those that were tried least first."""
    query = EntryFile.objects.filter(
        scan=Scan.FAILED, scan_attempts__lt=SCAN_ATTEMPTS, entry__case__in=Case.objects.all()
    )
    return list(query.order_by("scan_attempts", "pk")[:limit])


def files_of(entry_id: int) -> list[EntryFile]:
    return list(EntryFile.objects.filter(entry_id=entry_id, entry__case__in=Case.objects.all()).order_by("pk"))


def draft(case_id: int, user_id: int, kind: str) -> str:
    return (
        Draft.objects.filter(case_id=case_id, author_id=user_id, kind=kind).values_list("text", flat=True).first() or ""
    )


def drafts(case_id: int, user_id: int) -> dict[str, str]:
    return dict(Draft.objects.filter(case_id=case_id, author_id=user_id).values_list("kind", "text"))


def draft_count(case_ids: Collection[int], user_id: int) -> int:
    """How many answers and notes somebody began in these cases and has not sent."""
    return int(Draft.objects.filter(case_id__in=list(case_ids), author_id=user_id).count()) if case_ids else 0
