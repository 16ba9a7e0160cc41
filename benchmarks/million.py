"""A body with a million cases: what a message costs, what every queue page and search costs, on the server's side."""

import json
import sys
import time
from typing import Any

from benchmarks import pages
from benchmarks.crowd import COMMON_WORD, RARE_WORD, fill
from benchmarks.installation import installation
from benchmarks.letters import letters

FEW, MANY = 10_000, 1_000_000
MESSAGES = 600
"""Three whole batches."""


def main() -> dict[str, float]:
    with installation():
        from django.conf import settings

        from ventanilla.demo.stage import build_stage

        settings.ALLOWED_HOSTS = ["*"]
        stage = build_stage()
        named = {
            "body": stage.body.pk,
            "service": stage.service.pk,
            "account": stage.account.pk,
            "user": stage.agent_user.pk,
            "policy": stage.policy.pk,
            "teams": [stage.team.pk, stage.other_team.pk],
            "agents": [stage.agent.pk, stage.colleague.pk],
        }
        fill(1, FEW, **named)
        cost_few = cost_of_a_message(stage, first=5_000_000)
        begun = time.perf_counter()
        # The first messages took keys after the first crowd; the rest of the crowd comes after them.
        fill(2 * FEW, MANY + FEW, **named)
        figures = {"fill_seconds": time.perf_counter() - begun}
        cost_many = cost_of_a_message(stage, first=6_000_000)
        figures |= {
            "message_ms_with_10000": cost_few,
            "message_ms_with_1000000": cost_many,
            "cost_ratio": cost_many / cost_few,
        }
        for who, user in (("agent", stage.agent_user), ("supervisor", stage.supervisor)):
            figures |= measure_pages(stage, user, who)
        for name in ("queue_p95_ms", "search_common_p95_ms", "search_rare_p95_ms", "queries_most"):
            figures[name] = max(figures[f"{who}_{name}"] for who in ("agent", "supervisor"))
        return figures


def cost_of_a_message(stage: Any, first: int) -> float:
    """Milliseconds a message, accepted and received by one process."""
    from ventanilla.flow.accept import accept
    from ventanilla.flow.receiving import drain

    envelope = {"mail_from": "x@correo.example", "rcpt_to": [stage.account.address]}
    for content in letters(200, stage.account.address, first=first):
        accept(stage.account, content, envelope)
    drain(stage.body.pk)
    batch = letters(MESSAGES, stage.account.address, first=first + 1_000)
    begun = time.perf_counter()
    for content in batch:
        accept(stage.account, content, envelope)
    drain(stage.body.pk)
    return (time.perf_counter() - begun) * 1_000 / MESSAGES


def measure_pages(stage: Any, user: Any, who: str) -> dict[str, float]:
    from django.test import Client

    client = Client()
    client.force_login(user)
    choices = pages.addresses(
        [stage.service.pk], [stage.team.pk, stage.other_team.pk], [stage.agent_user.pk, stage.colleague.user_id]
    )
    queue = pages.measure_filters(client, choices)
    deep = pages.measure_depth(client)
    common, rare = pages.measure_search(client, COMMON_WORD), pages.measure_search(client, RARE_WORD)
    slowest, address = queue.worst()
    print(f"{who}: slowest queue page {slowest:.0f} ms {address}", file=sys.stderr)
    return {
        f"{who}_queue_p95_ms": max(queue.p95(), deep.p95()),
        f"{who}_queue_median_ms": queue.middle(),
        f"{who}_queue_slowest_ms": slowest,
        f"{who}_search_common_p95_ms": common.p95(),
        f"{who}_search_rare_p95_ms": rare.p95(),
        f"{who}_queries_most": float(queue.most_queries),
    }


if __name__ == "__main__":
    json.dump(main(), sys.stdout)
