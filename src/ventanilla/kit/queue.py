"""Jobs on the same database: a job that is deferred inside a transaction exists only if the transaction commits.

Jobs take ids and are idempotent: one that was interrupted runs again from its start. A job that fails is tried again
with growing pauses, at most `ATTEMPTS` times; then it ends as `failed`, and `failed_jobs` shows it on the supervisor's
board.
"""

import functools
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, connections, transaction
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app
from psycopg.types.json import Jsonb

ATTEMPTS = 8
RETRY = RetryStrategy(max_attempts=ATTEMPTS, exponential_wait=3)
"""Pauses of 3, 9, 27, … seconds; about three hours and a half in all."""

TASKS: dict[str, "Task"] = {}


@dataclass(frozen=True, slots=True)
class Task:
    """A job kind, as docs/operations.md lists it."""

    name: str
    purpose: str
    cron: str


def task(name: str, *, cron: str = "") -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Register a function as the job `name`; `cron` (five or six fields, seconds last) also runs it by the clock.

    A periodic job gets `timestamp` from procrastinate; the function does not see it.
    """

    def register(function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        def run(timestamp: int | None = None, **arguments: Any) -> None:
            try:
                function(**arguments)
            finally:
                # Workers' threads are many and idle; a connection goes back to the pool after each job.
                connections.close_all()

        registered = app.task(name=name, retry=RETRY, queueing_lock=name if cron else None)(run)
        if cron:
            app.periodic(cron=cron)(registered)
        TASKS[name] = Task(name, (function.__doc__ or "").strip().splitlines()[0], cron)
        return function

    return register


def defer(name: str, *, after_seconds: int = 0, **arguments: Any) -> None:
    """Queue the job in the current transaction."""
    schedule: dict[str, Any] = {"schedule_in": {"seconds": after_seconds}} if after_seconds else {}
    app.configure_task(name, **schedule).defer(**arguments)


def wake(name: str, key: str, *, is_alone: bool = False, **arguments: Any) -> None:
    """Make sure that a run of the job begins after this moment; costs one statement when one is waiting already.

    `is_alone` lets no two runs with that key overlap: the second would only do the first one's work again.

    Call it after commit: a run that is waiting will then see what was committed, and a run that has begun does not
    count.
    """
    lock = f"{name}:{key}"
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT 1 FROM procrastinate_jobs"
            " WHERE queueing_lock = %s AND status = 'todo' AND scheduled_at IS NULL LIMIT 1",
            [lock],
        )
        if cursor.fetchone():
            return
        values: list[Any] = [name, lock if is_alone else None, lock, Jsonb(arguments)]
        # Two processes may pass the check at once: the unique index lets one in, and either run will do.
        with transaction.atomic():
            cursor.execute(
                """
                INSERT INTO procrastinate_jobs (queue_name, task_name, priority, lock, queueing_lock, args, status)
                VALUES ('default', %s, 0, %s, %s, %s, 'todo')
                ON CONFLICT (queueing_lock) WHERE status = 'todo' DO NOTHING
                """,
                values,
            )


@dataclass(frozen=True, slots=True)
class FailedJob:
    id: int
    name: str
    attempts: int
    failed_at: datetime | None


def failed_jobs(limit: int = 50) -> list[FailedJob]:
    """Jobs that used up their attempts, newest first."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT job.id, job.task_name, job.attempts, max(event.at)
            FROM procrastinate_jobs AS job LEFT JOIN procrastinate_events AS event ON event.job_id = job.id
            WHERE job.status = 'failed' GROUP BY job.id ORDER BY job.id DESC LIMIT %s
            """,
            [limit],
        )
        return [FailedJob(*row) for row in cursor.fetchall()]


def retry_failed(job_id: int) -> bool:
    """Put a failed job back in the queue; False when it is not failed any more."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE procrastinate_jobs SET status = 'todo', attempts = 0 WHERE id = %s AND status = 'failed'", [job_id]
        )
        return bool(cursor.rowcount)


def is_attended(*, heartbeat_seconds: int = 60, overdue_seconds: int = 120) -> bool:
    """Whether a worker showed signs of life of late, or no job has waited so long past its time that one is missed."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT EXISTS (
                SELECT 1 FROM procrastinate_workers WHERE last_heartbeat > now() - make_interval(secs => %s)
            ) OR NOT EXISTS (
                SELECT 1 FROM procrastinate_jobs AS job
                WHERE job.status = 'todo' AND now() - make_interval(secs => %s) > COALESCE(
                    job.scheduled_at,
                    (SELECT max(event.at) FROM procrastinate_events AS event WHERE event.job_id = job.id)
                )
            )
            """,
            [heartbeat_seconds, overdue_seconds],
        )
        return bool(cursor.fetchone()[0])
