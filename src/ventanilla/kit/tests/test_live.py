"""Live events reach who watches, after commit and never before."""

import asyncio
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from channels.layers import get_channel_layer
from django.db import connections, transaction

from ventanilla.kit import live


async def _heard(act: Any) -> list[dict[str, Any]]:
    """What a watcher of the group hears while `act` runs in a thread."""
    live.attach(asyncio.get_running_loop())
    layer = get_channel_layer()
    assert layer is not None
    channel = await layer.new_channel()
    await layer.group_add("body.1", channel)
    await sync_to_async(act)()
    await sync_to_async(connections.close_all)()
    heard = []
    try:
        while True:
            heard.append(await asyncio.wait_for(layer.receive(channel), 0.3))
    except TimeoutError:
        return heard


@pytest.mark.django_db(transaction=True)
def test_told_once_the_transaction_commits() -> None:
    order: list[str] = []

    def act() -> None:
        with transaction.atomic():
            live.publish("body.1", "case.changed", code="K7M4-X9PT")
            order.append("published")
        order.append("committed")

    heard = asyncio.run(_heard(act))
    assert heard == [{"type": "live.event", "event": "case.changed", "facts": {"code": "K7M4-X9PT"}}]
    assert order == ["published", "committed"]


@pytest.mark.django_db(transaction=True)
def test_silent_when_it_does_not_commit() -> None:
    def act() -> None:
        with transaction.atomic():
            live.publish("body.1", "case.changed", code="K7M4-X9PT")
            transaction.set_rollback(True)

    assert asyncio.run(_heard(act)) == []


@pytest.mark.django_db(transaction=True)
def test_nobody_listening_is_no_problem() -> None:
    loop = asyncio.new_event_loop()
    loop.close()
    live.attach(loop)
    with transaction.atomic():
        live.publish("body.1", "case.changed")


def test_groups_do_not_meet() -> None:
    assert live.body_group(7) != live.case_group(7)
