"""Hands a mail to the outgoing mail server, and tells in plain words why it could not.

Options: `smtp_url` (also accepted as a secret, since it may carry a password) and `plus_addressing`; the forms of the
address are in docs/channels/email.md. A name is looked up only here, in the job that sends, never while a
person waits.
"""

import smtplib
import socket
import ssl
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from ventanilla.channels.email import composing, parts
from ventanilla.kit import clock
from ventanilla.messages.contract import (
    OutboundMessage,
    PartlyRefused,
    SendingFailed,
    SendingNotConfigured,
    ServerUnreachable,
)

SMTP_TIMEOUT_SECONDS = 30
MAX_SERVER_WORDS = 300

_LOOPBACK = {"localhost", "127.0.0.1", "::1"}
_TOO_LARGE = 552
_PORTS = {"smtp": 25, "smtps": 465}


class BadServerAddress(SendingNotConfigured):
    """`smtp_url` cannot be understood; the message says what to mend, and never repeats the password."""


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


def server_of(options: Mapping[str, Any], secrets: Mapping[str, str]) -> Server:
    """The server that the account names. Raises SendingNotConfigured.

    A password never crosses the network in clear: with one, and a host that is not this machine, STARTTLS is demanded
    unless the address says `?starttls=no`.
    """
    address = str(secrets.get("smtp_url") or options.get("smtp_url") or "").strip()
    if not address:
        raise SendingNotConfigured(
            "La cuenta no tiene servidor de correo saliente: configurá VENTANILLA_SMTP_URL o la opción «smtp_url»."
        )
    try:
        url = urlsplit(address)
        port = url.port
    except ValueError:
        raise BadServerAddress(
            "La dirección del servidor de correo saliente no se entiende: revisá el puerto en «smtp_url»."
        ) from None
    if url.scheme not in _PORTS or not url.hostname:
        raise BadServerAddress(
            "La dirección del servidor de correo saliente tiene que ser smtp://servidor:puerto o smtps://servidor:puerto."
        )
    query = parse_qs(url.query, keep_blank_values=True)
    asked = query.get("starttls", [None])[-1]
    username, password = unquote(url.username or ""), unquote(url.password or "")
    is_far = bool(username) and url.hostname not in _LOOPBACK
    return Server(
        host=url.hostname,
        port=port or _PORTS[url.scheme],
        username=username,
        password=password,
        is_tls_from_start=url.scheme == "smtps",
        needs_starttls=url.scheme == "smtp" and (is_far if asked is None else asked != "no"),
        ca_file=query.get("ca", [""])[-1],
    )


class Sender:
    """One connection to the account's mail server, opened when first needed and used for several messages."""

    def __init__(self, options: Mapping[str, Any], secrets: Mapping[str, str]) -> None:
        self._options = options
        self._secrets = secrets
        self._connection: smtplib.SMTP | None = None

    def send(self, message: OutboundMessage) -> str:
        """The Message-ID that went out. Raises SendingFailed, SendingNotConfigured or PartlyRefused."""
        server = server_of(self._options, self._secrets)
        content = composing.compose(message, self._options, message.created_at or clock.now())
        recipients = composing.envelope_recipients(message)
        try:
            return self._hand_over(server, message, recipients, content)
        except SendingFailed:
            raise
        except smtplib.SMTPServerDisconnected:
            self._drop()
            raise ServerUnreachable("El servidor de correo cortó la conexión. Se va a reintentar.") from None
        except (smtplib.SMTPException, OSError) as problem:
            self._drop()
            raise ServerUnreachable(
                _said("No se pudo entregar el mensaje al servidor de correo. Se va a reintentar.", problem)
            ) from problem

    def close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is None:
            return
        try:
            connection.quit()
        except (OSError, smtplib.SMTPException):
            connection.close()

    def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def _hand_over(self, server: Server, message: OutboundMessage, recipients: Sequence[str], content: bytes) -> str:
        connection = self._connected(server, message.account)
        mail_options = []
        if not message.account.isascii() or not all(recipient.isascii() for recipient in recipients):
            if not connection.has_extn("smtputf8"):
                raise SendingFailed(
                    "El servidor de correo no acepta direcciones con letras acentuadas.", is_permanent=True
                )
            mail_options = ["SMTPUTF8", "BODY=8BITMIME"]
        try:
            refused = connection.sendmail(
                composing.wire_address(message.account), list(recipients), content, mail_options
            )
        except smtplib.SMTPRecipientsRefused as problem:
            raise _all_refused(problem.recipients) from problem
        except smtplib.SMTPSenderRefused as problem:
            raise _sender_refused(problem) from problem
        except smtplib.SMTPDataError as problem:
            raise _content_refused(problem) from problem
        if refused:
            reasons = {address: _reply(*reply) for address, reply in refused.items()}
            raise PartlyRefused(
                "El mensaje se envió, pero el servidor de correo no aceptó a todos los destinatarios.",
                provider_id=message.external_id,
                refused=reasons,
            )
        return message.external_id

    def _connected(self, server: Server, account: str) -> smtplib.SMTP:
        """The open connection, if it still answers; else a new one."""
        if self._connection is not None:
            try:
                code, __ = self._connection.noop()
            except (OSError, smtplib.SMTPException):
                code = 0
            if code == 250:
                return self._connection
            self._drop()
        self._connection = connect(server, account)
        return self._connection


def connect(server: Server, account: str) -> smtplib.SMTP:
    """A connection ready for mail. Raises ServerUnreachable: what is wrong here is not the message."""
    # Without a name of our own smtplib would ask the DNS who we are.
    name = account.rpartition("@")[2] or "localhost"
    own_name = name if name.isascii() else name.encode("idna").decode("ascii")
    connection: smtplib.SMTP | None = None
    try:
        if server.is_tls_from_start:
            connection = smtplib.SMTP_SSL(
                server.host, server.port, local_hostname=own_name, timeout=SMTP_TIMEOUT_SECONDS, context=_tls(server)
            )
        else:
            connection = smtplib.SMTP(server.host, server.port, local_hostname=own_name, timeout=SMTP_TIMEOUT_SECONDS)
        connection.ehlo_or_helo_if_needed()
        if server.needs_starttls:
            connection.starttls(context=_tls(server))
        if server.username:
            connection.login(server.username, server.password)
    except (smtplib.SMTPException, OSError) as problem:
        if connection is not None:
            connection.close()
        raise ServerUnreachable(_said(_connection_problem(problem), problem)) from problem
    return connection


def _connection_problem(problem: Exception) -> str:
    if isinstance(problem, smtplib.SMTPAuthenticationError):
        return (
            "El servidor de correo saliente no aceptó el usuario o la contraseña de la cuenta. Revisá su configuración."
        )
    if isinstance(problem, smtplib.SMTPNotSupportedError):
        return (
            "El servidor de correo saliente no ofrece lo que la configuración pide (STARTTLS o usuario y contraseña)."
        )
    if isinstance(problem, ssl.SSLError):
        return "No se pudo verificar la identidad del servidor de correo saliente (TLS). Revisá su certificado."
    if isinstance(problem, socket.gaierror):
        return "No se encontró el servidor de correo saliente. Revisá su nombre en la configuración."
    if isinstance(problem, FileNotFoundError):
        return "No existe el archivo de certificados que nombra la configuración del correo saliente."
    # smtplib tells a time-out while it waits for an answer as a lost connection.
    if isinstance(problem, TimeoutError) or "timed out" in str(problem):
        return "El servidor de correo saliente no respondió a tiempo. Se va a reintentar."
    return "No se pudo conectar con el servidor de correo saliente. Se va a reintentar."


def _tls(server: Server) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=server.ca_file or None)


def _all_refused(replies: Mapping[str, tuple[int, bytes]]) -> SendingFailed:
    is_permanent = all(500 <= code <= 599 for code, __ in replies.values())
    words = _reply(*next(iter(replies.values())))
    if is_permanent:
        return SendingFailed(
            _quoting("El servidor de correo no acepta la dirección de destino.", words), is_permanent=True
        )
    return SendingFailed(_quoting("El servidor de correo pide probar más tarde con ese destinatario.", words))


def _sender_refused(problem: smtplib.SMTPSenderRefused) -> SendingFailed:
    code, words = int(problem.smtp_code), _reply(problem.smtp_code, problem.smtp_error)
    if code == _TOO_LARGE:
        return SendingFailed(
            _quoting("El mensaje es demasiado grande para el servidor de correo.", words), is_permanent=True
        )
    # Not the message's fault: it waits until the account is mended.
    return ServerUnreachable(
        _quoting("El servidor de correo no acepta la dirección de la cuenta como remitente.", words)
    )


def _content_refused(problem: smtplib.SMTPDataError) -> SendingFailed:
    code, words = int(problem.smtp_code), _reply(problem.smtp_code, problem.smtp_error)
    if code == _TOO_LARGE:
        return SendingFailed(
            _quoting("El mensaje es demasiado grande para el servidor de correo.", words), is_permanent=True
        )
    if 500 <= code <= 599:
        return SendingFailed(_quoting("El servidor de correo rechazó el mensaje.", words), is_permanent=True)
    return SendingFailed(_quoting("El servidor de correo pide probar más tarde.", words))


def _said(plain: str, problem: Exception) -> str:
    """The plain sentence, then the server's own words or the system's, on one line."""
    if isinstance(problem, smtplib.SMTPResponseException):
        return _quoting(plain, _reply(problem.smtp_code, problem.smtp_error))
    words = parts.one_line(str(getattr(problem, "strerror", "") or problem))[:MAX_SERVER_WORDS]
    return f"{plain} ({words})" if words else plain


def _quoting(plain: str, words: str) -> str:
    return f"{plain} Dijo: {words}"


def _reply(code: int, words: bytes | str) -> str:
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    return f"{code} {parts.one_line(text)}"[:MAX_SERVER_WORDS]


def send(options: Mapping[str, Any], secrets: Mapping[str, str], message: OutboundMessage) -> str:
    """Send one message over a connection of its own. Raises what `Sender.send` raises."""
    sender = Sender(options, secrets)
    try:
        return sender.send(message)
    finally:
        sender.close()


def self_test(options: Mapping[str, Any], secrets: Mapping[str, str]) -> list[str]:
    """What keeps the account from sending, each with its mend; opens a connection and signs in, sends nothing."""
    try:
        server = server_of(options, secrets)
        connection = connect(server, str(options.get("address") or ""))
    except SendingFailed as problem:
        return [problem.reason]
    connection.close()
    return []
