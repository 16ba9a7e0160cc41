"""Questions to privacy."""

from ventanilla.privacy.models import Consent, Notice


def last_notice(body_id: int) -> Notice | None:
    found: Notice | None = Notice.objects.filter(public_body_id=body_id).order_by("-published_at", "-pk").first()
    return found


def notice(notice_id: int) -> Notice | None:
    found: Notice | None = Notice.objects.filter(pk=notice_id).first()
    return found


def known_notice_ids(notice_ids: set[int]) -> set[int]:
    return set(Notice.objects.filter(pk__in=notice_ids).values_list("pk", flat=True))


def consents_of(case_id: int) -> list[Consent]:
    """With their notices, oldest first."""
    return list(Consent.objects.filter(case_id=case_id).select_related("notice").order_by("pk"))
