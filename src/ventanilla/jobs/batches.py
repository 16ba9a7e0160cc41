"""Does to many cases what somebody asked for."""

from ventanilla.flow import bulk
from ventanilla.kit.queue import task


@task("cases.batch")
def batch(body_id: int, batch_id: int) -> None:
    """Do what is left of a bulk action or of an answer to a whole incident, case by case."""
    bulk.run(body_id, batch_id)


@task("cases.sweep_batches", cron="*/5 * * * *")
def sweep() -> None:
    """Go on with bulk actions that were interrupted."""
    bulk.sweep()
