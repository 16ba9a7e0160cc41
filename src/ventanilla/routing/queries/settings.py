"""What a body chose, or the defaults."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from django.db import connection

from ventanilla.routing.order_rules import HEAD_START_PERCENT
from ventanilla.routing.rules import Overflow


@dataclass(frozen=True, slots=True)
class Choices:
    """One body's. `channel_weights` names only what differs from rules.WEIGHTS."""

    channel_weights: Mapping[str, int] = field(default_factory=dict)
    prefers_who_knows: bool = True
    head_start_percent: int = HEAD_START_PERCENT


DEFAULTS = Choices()


SETTINGS = """
SELECT 'choices', chosen.public_body_id,
       json_build_array(chosen.channel_weights, chosen.prefers_who_knows, chosen.head_start_percent)::text
FROM routing_bodyrouting AS chosen WHERE chosen.public_body_id = ANY(%(body_ids)s)
UNION ALL
SELECT 'rule', rule.position, json_build_array(
    rule.id, rule.from_team_id, rule.to_team_id, rule.channel, rule.after_minutes, rule.only_if
)::text
FROM routing_overflowrule AS rule WHERE rule.is_active AND rule.public_body_id = ANY(%(body_ids)s)
UNION ALL
SELECT 'covered', team.id, array_to_json(provider.channels)::text
FROM workforce_team AS team JOIN workforce_provider AS provider ON provider.id = team.provider_id
WHERE team.public_body_id = ANY(%(body_ids)s) AND cardinality(provider.channels) > 0
"""


@dataclass(slots=True)
class Settings:
    """Of some bodies: their choices, their overflow rules in order, and the channels that the contract of a team
    covers, for each team with a contract that names any."""

    choices: dict[int, Choices] = field(default_factory=dict)
    rules: list[Overflow] = field(default_factory=list)
    covered: dict[int, list[str]] = field(default_factory=dict)

    def of(self, body_id: int) -> Choices:
        return self.choices.get(body_id, DEFAULTS)


def settings_of(body_ids: Collection[int]) -> Settings:
    """One statement, whatever the scope."""
    found = Settings()
    rules = []
    with connection.cursor() as cursor:
        cursor.execute(SETTINGS, {"body_ids": list(body_ids)})
        for kind, number, said in cursor:
            values = json.loads(said)
            if kind == "choices":
                found.choices[number] = Choices(*values)
            elif kind == "rule":
                rules.append((number, values))
            else:
                found.covered[number] = values
    found.rules = [Overflow(*values) for _position, values in sorted(rules, key=lambda one: (one[0], one[1][0]))]
    return found
