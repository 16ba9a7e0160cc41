"""Mails what was noticed, and forgets what is old."""

from ventanilla.flow import digests
from ventanilla.kit.queue import task
from ventanilla.notices import actions


@task("notices.digest", cron="*/5 * * * *")
def send_digests() -> None:
    """Write to the people of the house whose hour has come, what they have not read yet; never at night."""
    digests.send_due()


@task("notices.forget", cron="11 4 * * *")
def forget_old() -> None:
    """Delete staff notices older than ninety days."""
    actions.forget_old()
