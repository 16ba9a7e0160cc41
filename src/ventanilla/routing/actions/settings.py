"""Writes down how a body shares out its work."""

from collections.abc import Mapping

from django.db import transaction

from ventanilla.journal.actions import NewFact, record
from ventanilla.journal.actors import SYSTEM, Actor
from ventanilla.organisation.models import PublicBody
from ventanilla.routing import events
from ventanilla.routing.models import BodyRouting, OverflowRule
from ventanilla.workforce.models import Team


@transaction.atomic
def set_body_routing(
    body: PublicBody,
    *,
    channel_weights: Mapping[str, int],
    prefers_who_knows: bool,
    head_start_percent: int,
    actor: Actor = SYSTEM,
) -> BodyRouting:
    """The body's choices. What was given already keeps the weight it was given with."""
    row, _is_new = BodyRouting.objects.update_or_create(
        public_body=body,
        defaults={
            "channel_weights": dict(channel_weights),
            "prefers_who_knows": prefers_who_knows,
            "head_start_percent": head_start_percent,
        },
    )
    details = {"prefers_who_knows": prefers_who_knows, "head_start_percent": head_start_percent}
    details |= {f"weight_{channel}": weight for channel, weight in channel_weights.items()}
    record(NewFact(events.SETTINGS_CHANGED, body.pk, actor, details=details))
    made: BodyRouting = row
    return made


@transaction.atomic
def create_overflow_rule(
    body: PublicBody,
    from_team: Team,
    to_team: Team,
    *,
    channel: str = "",
    after_minutes: int = 0,
    only_if: str = "any",
    position: int = 0,
    is_active: bool = True,
    actor: Actor = SYSTEM,
) -> OverflowRule:
    """Let one team take what another cannot."""
    rule: OverflowRule = OverflowRule.objects.create(
        public_body=body,
        from_team=from_team,
        to_team=to_team,
        channel=channel,
        after_minutes=after_minutes,
        only_if=only_if,
        position=position,
        is_active=is_active,
    )
    _record_rule(rule, actor)
    return rule


@transaction.atomic
def change_overflow_rule(rule: OverflowRule, *, actor: Actor = SYSTEM, **fields: object) -> None:
    """Change what it says, or put it out of use."""
    if fields:
        OverflowRule.objects.filter(pk=rule.pk).update(**fields)
    _record_rule(OverflowRule.objects.get(pk=rule.pk), actor)


def _record_rule(rule: OverflowRule, actor: Actor) -> None:
    details = {
        "rule_id": rule.pk,
        "to_team_id": rule.to_team_id,
        "after_minutes": rule.after_minutes,
        "only_if": rule.only_if,
        "is_active": rule.is_active,
    }
    record(
        NewFact(
            events.OVERFLOW_RULE_CHANGED,
            rule.public_body_id,
            actor,
            channel=rule.channel,
            team_id=rule.from_team_id,
            details=details,
        )
    )
