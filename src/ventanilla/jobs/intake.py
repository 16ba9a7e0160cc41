"""Receives what was accepted: woken after each commit, and by the clock for what waits for another attempt."""

from ventanilla.flow import receiving
from ventanilla.kit.queue import task


@task("intake.receive")
def receive(body_id: int) -> None:
    """Handle every waiting delivery of a body, in batches."""
    receiving.drain(body_id)


@task("intake.sweep", cron="* * * * * */15")
def sweep() -> None:
    """Find deliveries that nobody was woken for, or whose pause is over."""
    receiving.sweep()
