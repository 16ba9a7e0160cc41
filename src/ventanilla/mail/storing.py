"""The listener's way to the database: a few threads, each with a connection it keeps."""

import asyncio
import contextlib
import contextvars
import logging
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, ParamSpec, TypeVar

from django.db import InterfaceError, OperationalError, connection

from ventanilla.flow.accept import accept
from ventanilla.intake import queries as intake
from ventanilla.intake.actions import NotStored

logger = logging.getLogger(__name__)

THREADS = 4
"""Each keeps a connection of the process's pool; the pages and jobs of the same process need the others."""
ACCOUNT_MEMORY_SECONDS = 5
MAX_REMEMBERED = 1_000
CLOSE_TIMEOUT_SECONDS = 5

P = ParamSpec("P")
T = TypeVar("T")
Account = Any
"""A channel account: a door does not import tables, and hands it on as it came."""


class Store:
    """Looks up accounts and stores deliveries without holding up the event loop."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="mail")
        self._known: dict[str, tuple[float, Account]] = {}

    async def account(self, address: str) -> Account | None:
        """The active account of that address; remembered for seconds, since a relay sends many messages to one."""
        key = address.lower()
        known = self._known.get(key)
        if known is not None and time.monotonic() < known[0]:
            return known[1]
        found = await self._in_thread(intake.account_for_address, key)
        self._known.pop(key, None)
        if found is not None:
            if len(self._known) >= MAX_REMEMBERED:
                self._known.clear()
            self._known[key] = (time.monotonic() + ACCOUNT_MEMORY_SECONDS, found)
        return found

    async def keep(self, account: Account, content: bytes, envelope: Mapping[str, Any]) -> bool:
        """True once the delivery is committed; False when the sender must try again."""
        try:
            await self._in_thread(accept, account, content, envelope)
        except NotStored as problem:
            logger.error("a delivery of %s bytes was not stored: %s", len(content), problem)
            return False
        except Exception as problem:
            # The kind only: its words may quote the message.
            logger.error("a delivery of %s bytes was not stored: %s", len(content), type(problem).__name__)
            return False
        return True

    async def _in_thread(self, function: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> T:
        context = contextvars.copy_context()
        return await asyncio.get_running_loop().run_in_executor(
            self._threads, lambda: context.run(_with_connection, lambda: function(*arguments, **named))
        )

    async def close(self) -> None:
        """Wait for what is being stored, and give the connections back."""
        barrier = threading.Barrier(THREADS)
        closing = [self._in_thread(_close_connection, barrier) for _thread in range(THREADS)]
        await asyncio.gather(*closing)
        await asyncio.to_thread(self._threads.shutdown, wait=True)


def _close_connection(barrier: threading.Barrier) -> None:
    connection.close()
    # Nobody leaves before all have come, so that each thread gets one.
    with contextlib.suppress(threading.BrokenBarrierError):
        barrier.wait(CLOSE_TIMEOUT_SECONDS)


def _with_connection(work: Callable[[], T]) -> T:
    """Run the work; a connection that the database has closed is replaced, once. The work must bear repeating."""
    try:
        return work()
    except (OperationalError, InterfaceError, NotStored):
        connection.close()
        return work()
    except Exception:
        connection.close()
        raise
