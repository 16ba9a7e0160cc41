"""What waits for the second level, and what came of it."""

from django.db.models import Q, QuerySet

from ventanilla.routing.models import AnsweredBy, Referral, ReferralState, SecondLevel


def who_answers(body_id: int) -> str:
    """ "centre" or "unit": who writes to the person when a unit holds the answer (domain.md 1.4 against 1.7)."""
    found = SecondLevel.objects.filter(public_body_id=body_id).values_list("answered_by", flat=True).first()
    return str(found or AnsweredBy.CENTRE.value)


def referral(referral_id: int) -> Referral | None:
    found: Referral | None = _whole().filter(pk=referral_id).first()
    return found


def referrals_of(case_id: int) -> list[Referral]:
    """The newest first, with everything that a page says of them."""
    return list(_whole().filter(case_id=case_id).order_by("-made_at", "-pk"))


def latest_referral(case_id: int) -> Referral | None:
    found: Referral | None = _whole().filter(case_id=case_id).order_by("-made_at", "-pk").first()
    return found


def open_referral(case_id: int) -> Referral | None:
    """Most cases have none, and are asked at each step: the whole is read only where there is one."""
    found = Referral.objects.filter(case_id=case_id, state=ReferralState.OPEN).values_list("pk", flat=True)
    (pk,) = found[:1] or (None,)
    return referral(pk) if pk is not None else None


def asked_for(case_id: int) -> Referral | None:
    """The referral of another body that this case, or one that goes on in it, was made from; whatever the scope. Its
    case is not to be read here."""
    made = Q(to_case_id=case_id) | Q(to_case__merged_into_id=case_id)
    query = Referral.unscoped.select_related("public_body").filter(made, to_case__isnull=False)
    found: Referral | None = query.order_by("-pk").first()
    return found


def _whole() -> "QuerySet[Referral]":
    return Referral.objects.select_related(
        "case", "unit", "team", "to_body", "to_case", "question", "answer", "made_by", "closed_by"
    )
