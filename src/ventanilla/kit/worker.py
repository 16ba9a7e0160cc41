"""Runs the queue's jobs on the current event loop, each in a thread."""

import asyncio
import contextlib
import logging

from asgiref.sync import sync_to_async
from django.db import connection, connections
from procrastinate import App, PsycopgConnector
from procrastinate.contrib.django import app
from procrastinate.contrib.django.utils import connector_params
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException, UniqueViolation
from procrastinate.jobs import Status

from ventanilla.kit.queue import ATTEMPTS

logger = logging.getLogger(__name__)

CONCURRENCY = 4
STOP_TIMEOUT_SECONDS = 10
STALLED_AFTER_SECONDS = 30
RESCUE_PAUSE_SECONDS = 15
POLLING_SECONDS = 0.25
"""A job that was deferred while one with its lock was about to end is told of too early, and nobody tells again: it
waits until the queue is looked at. The library's own five seconds were seen as a pause in the midst of a flood of mail.
"""


async def work(*, concurrency: int = CONCURRENCY) -> None:
    """Take jobs until cancelled; then those that run get `STOP_TIMEOUT_SECONDS` to end.

    The worker talks to the database by connections of its own. The house's `app` keeps Django's connection, so that
    what a job or a page defers commits with its data.
    """
    connector = PsycopgConnector(kwargs=await asyncio.to_thread(_parameters), min_size=1, max_size=3)
    worker_app = app.with_connector(connector)
    async with worker_app.open_async():
        rescue = asyncio.create_task(_rescue_for_ever(worker_app))
        try:
            await worker_app.run_worker_async(
                concurrency=concurrency,
                install_signal_handlers=False,
                shutdown_graceful_timeout=STOP_TIMEOUT_SECONDS,
                stalled_worker_timeout=STALLED_AFTER_SECONDS,
                fetch_job_polling_interval=POLLING_SECONDS,
                # The journal says what was done; a finished job has nothing to add.
                delete_jobs="successful",
            )
        finally:
            rescue.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await rescue
            # Periodic jobs are deferred by the house's own app, whose connection lives in the loop's thread for such.
            await sync_to_async(connections.close_all)()


def _parameters() -> dict[str, object]:
    try:
        return connector_params()
    finally:
        connection.close()


async def _rescue_for_ever(worker_app: App) -> None:
    while True:
        try:
            await rescue(worker_app)
        except ConnectorException:
            logger.warning("queue.rescue_failed", exc_info=True)
        await asyncio.sleep(RESCUE_PAUSE_SECONDS)


async def rescue(worker_app: App, *, stalled_after_seconds: int = STALLED_AFTER_SECONDS) -> None:
    """Queue again what a killed worker was doing; a job that has used up its attempts that way ends as failed."""
    manager = worker_app.job_manager
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=stalled_after_seconds):
        if job.attempts + 1 >= ATTEMPTS:
            await manager.finish_job(job, Status.FAILED, delete_job=False)
            continue
        try:
            await manager.retry_job(job)
        except (AlreadyEnqueued, UniqueViolation):
            # Another run with the same queueing lock is waiting and will do this one's work.
            await manager.finish_job(job, Status.ABORTED, delete_job=True)
