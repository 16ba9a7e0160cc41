"""Django's door to the outbox: mail of libraries (a password's reset) goes the same way as everything else."""

import logging
from collections.abc import Sequence
from email.utils import parseaddr

from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend

from ventanilla.delivery.actions import NewOutgoing, queue
from ventanilla.intake.models import ChannelAccount
from ventanilla.messages.contract import Address

logger = logging.getLogger(__name__)


class OutboxEmailBackend(BaseEmailBackend):
    """Queues without case or entry, from the first active e-mail account; no library attaches files to its mail."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        account = ChannelAccount.unscoped.filter(channel="email", is_active=True).order_by("pk").first()
        if account is None:
            logger.error(
                "%s messages of the house were dropped: there is no active e-mail account", len(email_messages)
            )
            return 0
        outgoing = [
            NewOutgoing(
                account=account,
                case_id=None,
                entry_id=None,
                recipients=_addresses(message.to),
                copies=_addresses([*message.cc, *message.bcc]),
                subject=str(message.subject),
                text=str(message.body),
                html=_html(message),
                is_automatic=True,
            )
            for message in email_messages
            if message.recipients()
        ]
        return len(queue(outgoing))


def _addresses(texts: Sequence[str]) -> list[Address]:
    parsed = [parseaddr(text) for text in texts]
    return [Address("email", value.lower(), name) for name, value in parsed if value]


def _html(message: EmailMessage) -> str:
    if isinstance(message, EmailMultiAlternatives):
        for alternative in message.alternatives:
            if alternative[1] == "text/html":
                return str(alternative[0])
    return ""
