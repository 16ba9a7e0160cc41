"""Jobs commit with their data, wake once, run in a worker, and end where a person sees them."""

import asyncio
from collections.abc import Iterator

import pytest
from asgiref.sync import sync_to_async
from django.db import connection, connections, transaction
from procrastinate.contrib.django import app

from ventanilla.kit import queue, worker

DONE: list[int] = []


def _note(number: int) -> None:
    """Remember a number."""
    DONE.append(number)


def _fail(number: int) -> None:
    """Never succeed."""
    raise RuntimeError("on purpose")


@pytest.fixture
def jobs(transactional_db: None) -> Iterator[None]:
    """Two jobs of this test's own and an empty queue; the library's tables are not emptied between tests."""
    DONE.clear()
    _empty()
    names = {"kit.note": _note, "kit.fail": _fail}
    for name, function in names.items():
        queue.task(name)(function)
    yield
    for name in names:
        del queue.TASKS[name]
        del app.tasks[name]
    _empty()


def _empty() -> None:
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE procrastinate_jobs, procrastinate_events, procrastinate_workers CASCADE")


def waiting(name: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM procrastinate_jobs WHERE task_name = %s AND status = 'todo'",
            [name],
        )
        row = cursor.fetchone()
    return int(row[0]) if row else 0


def run_all() -> None:
    """What a worker would do until the queue is empty."""

    async def empty() -> None:
        working = asyncio.create_task(worker.work(concurrency=1))
        for _ in range(200):
            await asyncio.sleep(0.05)
            if not await asyncio.to_thread(_count_open):
                break
        working.cancel()
        await asyncio.wait([working])

    asyncio.run(empty())


def _count_open() -> int:
    try:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM procrastinate_jobs WHERE status = 'doing'"
                " OR (status = 'todo' AND (scheduled_at IS NULL OR scheduled_at <= now()))"
            )
            row = cursor.fetchone()
            return int(row[0]) if row else 0
    finally:
        connection.close()


@pytest.mark.django_db(transaction=True)
def test_a_job_exists_only_if_the_transaction_commits(jobs: None) -> None:
    with transaction.atomic():
        queue.defer("kit.note", number=1)
        transaction.set_rollback(True)
    assert waiting("kit.note") == 0
    with transaction.atomic():
        queue.defer("kit.note", number=2)
    assert waiting("kit.note") == 1


@pytest.mark.django_db(transaction=True)
def test_waking_many_times_runs_once(jobs: None) -> None:
    for _ in range(5):
        queue.wake("kit.note", "body-1", number=1)
    queue.wake("kit.note", "body-2", number=2)
    assert waiting("kit.note") == 2


@pytest.mark.django_db(transaction=True)
def test_a_worker_runs_what_waits(jobs: None) -> None:
    queue.defer("kit.note", number=7)
    run_all()
    assert DONE == [7]
    assert waiting("kit.note") == 0


@pytest.mark.django_db(transaction=True)
def test_what_fails_is_tried_again_later_and_at_last_shown(jobs: None) -> None:
    queue.defer("kit.fail", number=1)
    run_all()
    assert waiting("kit.fail") == 1
    assert queue.failed_jobs() == []
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET attempts = %s, scheduled_at = NULL", [queue.ATTEMPTS])
    run_all()
    (failed,) = queue.failed_jobs()
    assert failed.name == "kit.fail"
    assert failed.failed_at is not None
    assert queue.retry_failed(failed.id)
    assert not queue.retry_failed(failed.id)
    assert waiting("kit.fail") == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("attempts", "expected"), [(0, "todo"), (queue.ATTEMPTS, "failed")])
def test_a_killed_workers_job_is_taken_up_again(jobs: None, attempts: int, expected: str) -> None:
    queue.defer("kit.note", number=3)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '1 hour') RETURNING id"
        )
        dead = cursor.fetchone()
        assert dead
        cursor.execute(
            "UPDATE procrastinate_jobs SET status = 'doing', worker_id = %s, attempts = %s", [dead[0], attempts]
        )

    async def rescue() -> None:
        await worker.rescue(app)
        await sync_to_async(connections.close_all)()

    asyncio.run(rescue())
    with connection.cursor() as cursor:
        cursor.execute("SELECT status FROM procrastinate_jobs")
        assert cursor.fetchall() == [(expected,)]
