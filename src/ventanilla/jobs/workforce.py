"""Watches the people who attend."""

from ventanilla.flow import presence
from ventanilla.kit.queue import task


@task("workforce.presence", cron="* * * * *")
def watch_presence() -> None:
    """Say away of whoever shows no sign of life, and gone after an hour of that."""
    presence.watch()
