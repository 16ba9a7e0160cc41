"""Questions about notices; each person's own."""

from collections.abc import Collection
from dataclasses import dataclass

from ventanilla.notices.models import Digest, Kind, Notice, Preference, Rhythm
from ventanilla.notices.rules import DEFAULTS, Wanted

KINDS = Kind.choices
DIGESTS = Digest.choices
COUNT_LIMIT = 100


@dataclass(frozen=True, slots=True)
class Choice:
    """Where somebody hears of one kind."""

    in_desk: bool
    by_mail: bool


def unread_count(user_id: int) -> int:
    """At most `COUNT_LIMIT`. Whatever the scope: a person's notices are hers in all her bodies."""
    found = Notice.unscoped.filter(user_id=user_id, in_desk=True, read_at__isnull=True)
    return len(found.order_by().values_list("pk", flat=True)[:COUNT_LIMIT])


def page(user_id: int, *, before_id: int | None, limit: int) -> list[Notice]:
    """Newest first, of the bodies in scope, with their case."""
    found = Notice.objects.filter(user_id=user_id, in_desk=True).select_related("case__merged_into")
    if before_id is not None:
        found = found.filter(pk__lt=before_id)
    return list(found.order_by("-pk")[:limit])


def notice(user_id: int, notice_id: int) -> Notice | None:
    found: Notice | None = Notice.objects.filter(user_id=user_id, pk=notice_id).select_related("case").first()
    return found


def choices(user_ids: Collection[int]) -> dict[int, dict[str, Choice]]:
    """What each of them set, filled up with the defaults."""
    found = {user_id: {kind: Choice(*where) for kind, where in DEFAULTS.items()} for user_id in user_ids}
    for row in Preference.objects.filter(user_id__in=list(user_ids)):
        found[row.user_id][row.kind] = Choice(row.in_desk, row.by_mail)
    return found


def rhythm(user_id: int) -> Wanted:
    row = Rhythm.objects.filter(user_id=user_id).first()
    return wanted_of(row) if row else Wanted()


def wanted_of(row: Rhythm) -> Wanted:
    return Wanted(row.digest, row.daily_hour, row.quiet_from_hour, row.quiet_until_hour, row.mailed_at)


def users_to_mail() -> list[int]:
    """Active staff with notices that wait for a mail, whatever the scope."""
    waiting = Notice.unscoped.filter(
        by_mail=True, read_at__isnull=True, mailed_at__isnull=True, user__is_active=True
    ).exclude(user__email="")
    return sorted(set(waiting.order_by().values_list("user_id", flat=True)))
