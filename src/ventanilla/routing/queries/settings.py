"""What a body chose, or the defaults."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from ventanilla.routing.models import BodyRouting, OverflowRule
from ventanilla.routing.order_rules import HEAD_START_PERCENT
from ventanilla.routing.rules import Overflow


@dataclass(frozen=True, slots=True)
class Choices:
    """One body's. `channel_weights` names only what differs from rules.WEIGHTS."""

    channel_weights: Mapping[str, int] = field(default_factory=dict)
    prefers_who_knows: bool = True
    head_start_percent: int = HEAD_START_PERCENT


DEFAULTS = Choices()


def choices_of(body_ids: Collection[int]) -> dict[int, Choices]:
    """Of each of these bodies that has a row; whatever the scope."""
    rows = BodyRouting.unscoped.filter(public_body__in=list(body_ids))
    return {
        row.public_body_id: Choices(row.channel_weights, row.prefers_who_knows, row.head_start_percent) for row in rows
    }


def overflow_rules(body_ids: Collection[int]) -> list[Overflow]:
    """The active ones of these bodies, in their order."""
    rules = OverflowRule.unscoped.filter(public_body__in=list(body_ids), is_active=True, to_team__is_active=True)
    return [
        Overflow(pk, from_team_id, to_team_id, channel, after_minutes, only_if)
        for pk, from_team_id, to_team_id, channel, after_minutes, only_if in rules.order_by(
            "position", "pk"
        ).values_list("pk", "from_team", "to_team", "channel", "after_minutes", "only_if")
    ]
