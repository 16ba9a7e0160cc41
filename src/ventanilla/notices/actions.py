"""The only writer of notices and of what people set about them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from django.db import transaction

from ventanilla.journal.actions import NewFact, record
from ventanilla.journal.actors import staff
from ventanilla.kit import clock
from ventanilla.notices import events
from ventanilla.notices.models import Notice, Preference, Rhythm
from ventanilla.notices.queries import choices, wanted_of
from ventanilla.notices.rules import Wanted, lets_nothing_through

KEPT = timedelta(days=90)
"""No official number: long enough to look back, short enough to collect little."""


class NoHourLeft(ValueError):
    """Quiet hours that cover the whole day."""


@dataclass(frozen=True, slots=True)
class NewNotice:
    """What somebody should know; `key` names the fact it comes from."""

    user_id: int
    body_id: int
    kind: str
    key: str
    case_id: int | None = None
    facts: Mapping[str, int | str] = field(default_factory=dict)


def write(new: Iterable[NewNotice]) -> list[int]:
    """Keep those that their person wants to hear of; ids of the persons who got something in the desk. Harmless when
    repeated."""
    new = list(new)
    if not new:
        return []
    wanted = choices({one.user_id for one in new})
    now = clock.now()
    rows = [
        Notice(
            user_id=one.user_id,
            public_body_id=one.body_id,
            kind=one.kind,
            key=one.key,
            case_id=one.case_id,
            facts=dict(one.facts),
            in_desk=choice.in_desk,
            by_mail=choice.by_mail,
            created_at=now,
        )
        for one in new
        if (choice := wanted[one.user_id][one.kind]).in_desk or choice.by_mail
    ]
    Notice.objects.bulk_create(rows, ignore_conflicts=True)
    return sorted({row.user_id for row in rows if row.in_desk})


def mark_read(user_id: int, notice_ids: Iterable[int] | None = None) -> int:
    """All that she has in the desk, or these; how many had been unread. What comes by mail alone waits for its mail."""
    unread = Notice.unscoped.filter(user_id=user_id, in_desk=True, read_at__isnull=True)
    if notice_ids is not None:
        unread = unread.filter(pk__in=list(notice_ids))
    return int(unread.update(read_at=clock.now()))


def mark_case_read(user_id: int, case_id: int) -> bool:
    """She has the case open: what its notices said she sees."""
    unread = Notice.unscoped.filter(user_id=user_id, case_id=case_id, in_desk=True, read_at__isnull=True)
    return bool(unread.update(read_at=clock.now()))


def hold_rhythm(user_id: int) -> Wanted:
    """When she wants her mail, held until the transaction ends: two workers cannot both find that it is time."""
    Rhythm.objects.get_or_create(user_id=user_id)
    return wanted_of(Rhythm.objects.select_for_update().get(user_id=user_id))


@transaction.atomic
def take_to_mail(user_id: int) -> list[Notice]:
    """What waits for her next mail, and now does not any more; the caller's transaction queues the mail. Two workers
    never take the same."""
    waiting = Notice.unscoped.select_for_update(of=("self",), skip_locked=True).filter(
        user_id=user_id, by_mail=True, read_at__isnull=True, mailed_at__isnull=True
    )
    found = list(waiting.select_related("case__merged_into").order_by("pk"))
    if found:
        now = clock.now()
        Notice.unscoped.filter(pk__in=[one.pk for one in found]).update(mailed_at=now)
    return found


@transaction.atomic
def note_mailed(user_id: int, count: int) -> None:
    Rhythm.objects.update_or_create(user_id=user_id, defaults={"mailed_at": clock.now()})
    record(NewFact(events.DIGEST_SENT, None, details={"user_id": user_id, "count": count}))


@transaction.atomic
def set_preferences(user_id: int, wanted: Mapping[str, tuple[bool, bool]], rhythm: Wanted) -> None:
    """Kind to (in the desk, by mail), and when mails may come. Raises NoHourLeft."""
    if lets_nothing_through(rhythm.quiet_from_hour, rhythm.quiet_until_hour):
        raise NoHourLeft
    Preference.objects.bulk_create(
        [
            Preference(user_id=user_id, kind=kind, in_desk=in_desk, by_mail=by_mail)
            for kind, (in_desk, by_mail) in sorted(wanted.items())
        ],
        update_conflicts=True,
        unique_fields=["user", "kind"],
        update_fields=["in_desk", "by_mail"],
    )
    Rhythm.objects.update_or_create(
        user_id=user_id,
        defaults={
            "digest": rhythm.digest,
            "daily_hour": rhythm.daily_hour,
            "quiet_from_hour": rhythm.quiet_from_hour,
            "quiet_until_hour": rhythm.quiet_until_hour,
        },
    )
    record(NewFact(events.PREFERENCES_CHANGED, None, staff(user_id), details={"user_id": user_id}))


def forget_old() -> int:
    """Delete what is older than `KEPT`; how many."""
    count, _by_model = Notice.unscoped.filter(created_at__lt=clock.now() - KEPT).delete()
    return count
