"""Keeps the house in order."""

from ventanilla.accounts import actions as accounts
from ventanilla.journal import actions as journal
from ventanilla.kit.queue import task


@task("journal.partitions", cron="17 4 1 * *")
def make_journal_partitions() -> None:
    """Have the journal's coming months ready."""
    journal.make_partitions()


@task("accounts.forget_keys", cron="41 * * * *")
def forget_idempotency_keys() -> None:
    """Forget the idempotency keys of yesterday."""
    accounts.forget_old_idempotency_keys()
