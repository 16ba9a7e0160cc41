"""Lets the house react to its journal."""

from ventanilla.flow import reactions
from ventanilla.kit.queue import task


@task("flow.react", cron="* * * * * */15")
def react() -> None:
    """React to what the journal says is new."""
    reactions.react()
