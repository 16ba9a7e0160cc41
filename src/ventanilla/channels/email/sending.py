"""Hands a mail to the outgoing mail server, and tells in plain words why it could not.

Options: `smtp_url` (also accepted as a secret, since it may carry a password), `plus_addressing`. The forms of the address are
in docs/channels/email-sending.md. A name is looked up only here, by the job that sends, never while a person waits.
"""

import smtplib
import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from ventanilla.channels.email import composing, parts
from ventanilla.messages.contract import OutboundMessage, PartlyRefused, SendingFailed, SendingNotConfigured

SMTP_TIMEOUT_SECONDS = 30
MAX_SERVER_WORDS = 300

_LOOPBACK = {"localhost", "127.0.0.1", "::1"}
_TOO_LARGE = 552


@dataclass(frozen=True, slots=True)
class Server:
    """Where and how to hand over mail. `ca_file` names the authority of a relay that the system does not know."""

    host: str
    port: int
    username: str = ""
    password: str = ""
    is_tls_from_start: bool = False
    needs_starttls: bool = False
    ca_file: str = ""


class Sender:
    """One connection to the account's mail server, opened when first needed and used for several messages."""

    def __init__(self, options: Mapping[str, Any], secrets: Mapping[str, str]) -> None:
        self._options = options
        self._secrets = secrets
        self._connection: smtplib.SMTP | None = None

    def send(self, message: OutboundMessage) -> str:
        """The Message-ID that went out. Raises SendingFailed, SendingNotConfigured or PartlyRefused."""
        server = server_of(self._options, self._secrets)
        content = composing.compose(message, self._options, message.created_at or datetime.now(UTC))  # noqa: TID251 - pure clock of last resort
        recipients = composing.envelope_recipients(message)
        is_reused = self._connection is not None
        try:
            return self._hand_over(server, message, recipients, content)
        except smtplib.SMTPServerDisconnected:
            self.close()
            if not is_reused:
                raise SendingFailed("El servidor de correo cortó la conexión. Se va a reintentar.") from None
        # The server had closed a connection that was idle; a second failure is a failure.
        try:
            return self._hand_over(server, message, recipients, content)
        except smtplib.SMTPServerDisconnected:
            self.close()
            raise SendingFailed("El servidor de correo cortó la conexión. Se va a reintentar.") from None

    def close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is None:
            return
        try:
            connection.quit()
        except (OSError, smtplib.SMTPException):
            connection.close()
