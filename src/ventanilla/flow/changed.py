"""What follows every change that staff make to a case: its queue row, and the screens that show it."""

from collections.abc import Sequence

from ventanilla.cases.models import Case, Entry
from ventanilla.kit import live
from ventanilla.worklist import actions as worklist


def changed(*cases: Case, said: Sequence[Entry] = ()) -> None:
    """Refresh the rows, index what was said, and tell whoever watches."""
    worklist.refresh([case.pk for case in cases])
    worklist.index_entries([entry.pk for entry in said])
    for case in cases:
        live.publish(live.case_group(case.pk), "entry" if said else "case", code=case.code)
    for body_id in {case.public_body_id for case in cases}:
        live.publish(
            live.body_group(body_id), "case", codes=[case.code for case in cases if case.public_body_id == body_id]
        )
