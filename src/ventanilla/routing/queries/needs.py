"""What the person of a case needs."""

from collections.abc import Collection

from ventanilla.routing.models import Language, Needs, PreferentialReason

OURS = Language.SPANISH.value
LANGUAGES = Language.choices
PREFERENTIAL_REASONS = PreferentialReason.choices


def needs_of(case_id: int) -> Needs | None:
    return Needs.objects.filter(case_id=case_id).first()


def languages_of(case_ids: Collection[int]) -> dict[int, str]:
    """The language of each case that needs one."""
    rows = Needs.unscoped.filter(case_id__in=list(case_ids)).exclude(language="")
    return dict(rows.values_list("case_id", "language"))
