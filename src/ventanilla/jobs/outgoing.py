"""Sends what is due: woken by each commit that queued something, and by the clock for what must be tried again."""

from ventanilla.flow import outgoing
from ventanilla.kit.queue import task


@task("delivery.send", cron="* * * * * */30")
def send() -> None:
    """Envía los mensajes salientes cuya hora llegó."""
    outgoing.send_due()
