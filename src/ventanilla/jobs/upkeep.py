"""Keeps the house in order."""

from ventanilla.accounts import actions as accounts
from ventanilla.flow import doubting, portal, scanning
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


@task("accounts.forget_attempts", cron="23 4 * * *")
def forget_old_attempts() -> None:
    """Forget counts of failed sign-ins, used codes, and browsers not seen for a year."""
    accounts.forget_old_attempts()


@task("files.rescan", cron="*/5 * * * *")
def rescan_files() -> None:
    """Analyse again the files that the virus scanner could not be asked about."""
    scanning.rescan()


@task("intake.forget_discarded", cron="29 3 * * *")
def forget_discarded() -> None:
    """Delete the bytes of what was discarded long enough ago."""
    doubting.forget_discarded()


@task("portal.forget_drafts", cron="47 * * * *")
def forget_drafts() -> None:
    """Delete the files of requests that people began on the web and did not send within a day."""
    portal.forget_drafts()
