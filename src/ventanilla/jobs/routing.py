"""Offers what waits in the queues."""

from ventanilla.flow import waiting
from ventanilla.kit.queue import task


@task("routing.assign_waiting", cron="* * * * *")
def assign_waiting() -> None:
    """Offer cases that wait in a team's queue to whoever is free."""
    waiting.assign_everywhere()
