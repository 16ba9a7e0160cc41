"""Watches the people who attend."""

from ventanilla.flow import contracts, presence, training
from ventanilla.kit.queue import task


@task("workforce.presence", cron="* * * * *")
def watch_presence() -> None:
    """Say away of whoever shows no sign of life, and gone after an hour of that."""
    presence.watch()


@task("workforce.contracts", cron="* * * * *")
def follow_contracts() -> None:
    """Warn of contracts that end in 30, 7 and 1 days, and bring home what the people of an ended one held."""
    contracts.follow()


@task("workforce.training", cron="5 * * * *")
def follow_training() -> None:
    """Warn of certificates that end in 30, 7 and 1 days, and give new bodies their starter courses."""
    training.follow()
