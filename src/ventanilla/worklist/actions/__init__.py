"""The only writer of the rows that queues read.

A row is computed anew from the rooms below whenever a case changes, in one statement for a batch: no caller can
forget a
field, and a repeated refresh is harmless. The statement reads the tables of lower rooms and writes only this room's.
"""

from collections.abc import Collection

from django.db import connection

from ventanilla.worklist.actions.statements import HAND_OVER, INDEX_ENTRIES, REFRESH, REFRESH_SEARCH, REINDEX
from ventanilla.worklist.models import Row


def refresh(case_ids: Collection[int], *, are_new: bool = False) -> None:
    """Compute the rows of these cases anew. A new row is unread when the person spoke last. Cases that `are_new` are in
    no search yet."""
    if case_ids:
        with connection.cursor() as cursor:
            ids = {"case_ids": sorted(set(case_ids))}
            cursor.execute(REFRESH, ids)
            if not are_new:
                cursor.execute(REFRESH_SEARCH, ids)


def hand_over(case_ids: Collection[int]) -> None:
    """Only who attends them changed."""
    if case_ids:
        with connection.cursor() as cursor:
            cursor.execute(HAND_OVER, {"case_ids": sorted(set(case_ids))})


refresh_times = refresh
"""After clocks were recounted; the whole row costs one statement anyway."""


def index_entries(entry_ids: Collection[int]) -> None:
    """Add what these entries say to what search finds; call it once for each new entry."""
    if entry_ids:
        with connection.cursor() as cursor:
            cursor.execute(INDEX_ENTRIES, {"entry_ids": sorted(set(entry_ids))})


def reindex(case_ids: Collection[int]) -> None:
    """Make the search text of these cases anew: after a merge, a split, a new subject."""
    if case_ids:
        with connection.cursor() as cursor:
            cursor.execute(REINDEX, {"case_ids": sorted(set(case_ids))})


def mark_unread(case_ids: Collection[int]) -> None:
    Row.objects.filter(case_id__in=list(case_ids)).update(is_unread=True)


def mark_read(case_id: int) -> bool:
    """Somebody who attends the case opened it; True when it had been unread."""
    return bool(Row.objects.filter(case_id=case_id, is_unread=True).update(is_unread=False))


def set_failed_delivery(case_id: int, is_failed: bool) -> None:
    Row.objects.filter(case_id=case_id).exclude(has_failed_delivery=is_failed).update(has_failed_delivery=is_failed)
