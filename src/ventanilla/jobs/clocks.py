"""Watches the clocks."""

from ventanilla.flow import clocks
from ventanilla.kit.queue import task


@task("sla.tick", cron="* * * * *")
def tick() -> None:
    """Warn of promises that fall due soon, and note those that fell due."""
    clocks.tick()


@task("sla.recount", cron="23 3 * * *")
def recount() -> None:
    """Count open promises anew after a calendar changed, and each night for the holidays of a new year."""
    clocks.recount()
