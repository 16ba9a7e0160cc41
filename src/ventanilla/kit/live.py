"""Live events: small facts (ids and codes, never text) for the browsers that watch a group.

Published after commit. In one process they travel through memory; with REDIS_URL through Valkey or Redis, to every
node.
"""

import asyncio
import logging
from typing import Any

from asgiref.sync import async_to_sync
from channels.layers import InMemoryChannelLayer, get_channel_layer
from django.db import transaction

logger = logging.getLogger(__name__)
_loop: asyncio.AbstractEventLoop | None = None


def attach(loop: asyncio.AbstractEventLoop) -> None:
    """Name the event loop that serves the sockets; the layer in memory belongs to it alone."""
    global _loop
    _loop = loop


def publish(group: str, event: str, **facts: Any) -> None:
    """Tell the group once the current transaction commits. `facts` are JSON values."""
    message = {"type": "live.event", "event": event, "facts": facts}
    transaction.on_commit(lambda: _send(group, message), robust=True)


def _send(group: str, message: dict[str, Any]) -> None:
    layer = get_channel_layer()
    if layer is None:
        return
    if isinstance(layer, InMemoryChannelLayer):
        # Its queues wake their readers only from the readers' own loop. Without a loop nobody listens in this process.
        if _loop is not None and _loop.is_running():
            asyncio.run_coroutine_threadsafe(layer.group_send(group, message), _loop)
        return
    async_to_sync(layer.group_send)(group, message)


def body_group(body_id: int) -> str:
    """Everything that moves in a body's queues."""
    return f"body.{body_id}"


def case_group(case_id: int) -> str:
    """One open conversation: who looks at it, who writes, what is new."""
    return f"case.{case_id}"
