"""One connection of a mail server: what aiosmtpd does, with our own reading of content, limits and answers.

Answers are Spanish without accents: SMTP carries ASCII to servers that did not ask for more.
"""

import asyncio
import logging
import ssl
from dataclasses import dataclass, field
from typing import Any

from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope, Session, syntax

from ventanilla.mail.storing import Account, Store
from ventanilla.mail.trust import Network, authentication_results, is_inside, is_marked_spam

logger = logging.getLogger(__name__)

END_OF_CONTENT = b"\r\n.\r\n"
READ_EVERYTHING_BYTES = 1 << 30
COMMAND_TIMEOUT_SECONDS = 300
"""RFC 5321 section 4.5.3.2."""
SLOWEST_BYTES_A_SECOND = 1_000
"""A message gets this time and COMMAND_TIMEOUT_SECONDS on top; a slower client is broken or hostile."""
MAX_RECIPIENTS = 1_000
MAX_REFUSALS = 100
"""Unknown recipients before the connection is closed: somebody is guessing addresses."""
BUFFER_BYTES = 256 * 1024
MAX_COMMANDS = {"*": 1_000, "MAIL": 100_000, "RCPT": 200_000, "DATA": 100_000, "RSET": 100_000, "NOOP": 10_000}
"""A connection may bring many messages; no command is repeated for ever."""


class OutOfMemory(Exception):
    """Too much is being received at this moment."""


@dataclass(slots=True)
class Gate:
    """What all connections share: who may enter, and how many bytes they may hold between them."""

    max_connections: int
    max_bytes_in_memory: int
    connections: int = 0
    bytes_in_memory: int = 0

    def enter(self) -> bool:
        if self.connections >= self.max_connections:
            return False
        self.connections += 1
        return True

    def leave(self) -> None:
        self.connections -= 1

    def hold(self, size: int) -> None:
        """Raises OutOfMemory, and holds nothing then."""
        if self.bytes_in_memory + size > self.max_bytes_in_memory:
            raise OutOfMemory
        self.bytes_in_memory += size

    def release(self, size: int) -> None:
        self.bytes_in_memory -= size


@dataclass(frozen=True, slots=True)
class Rules:
    """What the operator set."""

    protocol: str
    max_bytes: int
    host_name: str
    tls: ssl.SSLContext | None = None
    trusted: list[Network] = field(default_factory=list)


class OurEnvelope(Envelope):
    """With the account behind each recipient, by the address as it was given."""

    def __init__(self) -> None:
        super().__init__()
        self.accounts: dict[str, Account] = {}


class Handler:
    """What aiosmtpd asks at each command; one for all sessions."""

    def __init__(self, store: Store) -> None:
        self.store = store

    async def handle_EHLO(  # noqa: N802 # aiosmtpd finds it by this name
        self, server: SMTP, session: Session, envelope: Envelope, host_name: str, responses: list[str]
    ) -> list[str]:
        session.host_name = host_name
        offered = [line for line in responses[:-1] if not line.startswith("250-AUTH")]
        return [*offered, "250-PIPELINING", "250-ENHANCEDSTATUSCODES", responses[-1]]

    async def handle_RCPT(  # noqa: N802 # aiosmtpd finds it by this name
        self, server: "SmtpSession", session: Session, envelope: OurEnvelope, address: str, options: list[str]
    ) -> str:
        if len(envelope.rcpt_tos) >= MAX_RECIPIENTS:
            return "452 4.5.3 Demasiados destinatarios en un mensaje"
        try:
            account = await self.store.account(storable(address))
        except Exception as problem:
            logger.error("an account could not be looked up: %s", type(problem).__name__)
            return "451 4.3.0 Error interno; intente mas tarde"
        if account is None:
            server.refusals += 1
            if server.refusals > MAX_REFUSALS:
                server.hang_up()
                return "421 4.7.0 Demasiados destinatarios desconocidos"
            return "550 5.1.1 Esa direccion no es de este organismo; revise como esta escrita"
        envelope.accounts[address] = account
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 2.1.5 Destinatario aceptado"

    async def handle_exception(self, error: Exception) -> str:
        # The kind only: its words may quote the message.
        logger.error("a mail session failed: %s", type(error).__name__)
        return "451 4.3.0 Error interno; intente mas tarde"


class SmtpSession(SMTP):
    """Content is kept byte for byte; only the dots that SMTP doubles are undone."""

    # The reader's buffer only: commands have their own limit, and a long line in a mail is no reason to refuse it.
    line_length_limit = BUFFER_BYTES

    def __init__(self, rules: Rules, gate: Gate, store: Store, handler: Handler) -> None:
        self.rules = rules
        self.gate = gate
        self.store = store
        self.refusals = 0
        self.is_storing = False
        super().__init__(
            handler,
            data_size_limit=rules.max_bytes,
            enable_SMTPUTF8=True,
            decode_data=False,
            # Without a name aiosmtpd would ask the DNS who we are.
            hostname=rules.host_name,
            ident="Ventanilla",
            tls_context=rules.tls,
            timeout=COMMAND_TIMEOUT_SECONDS,
            auth_exclude_mechanism=["LOGIN", "PLAIN"],
            command_call_limit=MAX_COMMANDS,
            loop=asyncio.get_running_loop(),
        )

    def _create_envelope(self) -> OurEnvelope:
        return OurEnvelope()

    def peer(self) -> str:
        """The client's IP address; "local" over a Unix socket."""
        name: Any = self.session.peer if self.session else None
        return str(name[0]) if isinstance(name, tuple) and name else "local"

    def hang_up(self) -> None:
        """Once the answer is on its way."""
        if self.transport is not None:
            self.loop.call_soon(self.transport.close)

    async def _handle_client(self) -> None:
        if not self.gate.enter():
            await self.push("421 4.3.2 Hay demasiadas conexiones; intente mas tarde")
            self.hang_up()
            return
        try:
            await super()._handle_client()
        except (ConnectionError, asyncio.IncompleteReadError):
            # The client went away in the middle: it will come back, and what was stored stays stored.
            self._writer.close()
        finally:
            self.gate.leave()

    def _getaddr(self, arg: str) -> tuple[str | None, str | None]:
        try:
            return super()._getaddr(arg)
        except (IndexError, ValueError, AttributeError):
            # The standard library's address parser stumbles over some malformed ones.
            return None, None

    async def smtp_AUTH(self, arg: str) -> None:  # noqa: N802 # a command's name
        await self.push("502 5.5.1 No hace falta identificarse")

    async def smtp_VRFY(self, arg: str | None) -> None:  # noqa: N802 # a command's name
        await self.push("252 2.1.5 Se acepta correo para las direcciones de este organismo")

    @syntax("DATA")
    async def smtp_DATA(self, arg: str | None) -> None:  # noqa: N802 # a command's name
        if await self.check_helo_needed():
            return
        envelope = self.envelope
        if not isinstance(envelope, OurEnvelope) or not envelope.rcpt_tos:
            await self.push("503 5.5.1 Falta un destinatario aceptado (RCPT)")
            return
        if arg:
            await self.push("501 5.5.4 Syntax: DATA")
            return
        await self.push("354 Termine con <CRLF>.<CRLF>")
        content = Content(self.gate, self.rules.max_bytes)
        try:
            await self._read(content)
            self.is_storing = True
            refused = [content.refusal] * len(envelope.rcpt_tos) if content.refusal else []
            answers = refused or await self._keep(envelope, content)
            self.envelope = self._create_envelope()
            await self.push(self._answer(answers))
        finally:
            self.is_storing = False
            content.forget()

    def _answer(self, answers: list[str]) -> str:
        """SMTP has one answer for all: the mail is ours only if it is stored for everybody."""
        return next((answer for answer in answers if not answer.startswith("250")), answers[0])

    async def _read(self, content: "Content") -> None:
        """Until the lone dot. What the client sent behind it goes back to be read as commands."""
        while not content.is_complete:
            chunk = await self._reader.read(READ_EVERYTHING_BYTES)
            if not chunk:
                raise ConnectionResetError
            rest = content.add(chunk)
            if rest and not self._reader.at_eof():
                self._reader.feed_data(rest)
            elapsed = self.loop.time() - content.began_at
            if elapsed > COMMAND_TIMEOUT_SECONDS + content.received_bytes / SLOWEST_BYTES_A_SECOND:
                raise ConnectionResetError
            self._reset_timeout()

    async def _keep(self, envelope: OurEnvelope, content: "Content") -> list[str]:
        """Store the mail once for each account; an answer for each recipient, in their order."""
        whole = content.take()
        is_trusted = is_inside(self.peer(), self.rules.trusted)
        results = authentication_results(whole) if is_trusted else ""
        is_spam = is_trusted and is_marked_spam(whole)
        by_account: dict[int, tuple[Account, list[str]]] = {}
        for address in envelope.rcpt_tos:
            account = envelope.accounts[address]
            by_account.setdefault(account.pk, (account, []))[1].append(address)
        answers: dict[int, str] = {}
        for account_id, (account, addresses) in by_account.items():
            facts: dict[str, Any] = {
                "mail_from": storable(envelope.mail_from or "").removeprefix("<").removesuffix(">"),
                # Only this account's: the others may be somebody's blind copies.
                "rcpt_to": list(dict.fromkeys(storable(address) for address in addresses)),
                "peer": self.peer(),
                "protocol": self.rules.protocol,
            }
            if results:
                facts["authentication_results"] = results
            if is_spam:
                facts["spam_flag"] = True
            is_kept = await self.store.keep(account, whole, facts)
            answers[account_id] = "250 2.0.0 Recibido" if is_kept else "451 4.3.0 No se pudo guardar; intente mas tarde"
        return [answers[envelope.accounts[address].pk] for address in envelope.rcpt_tos]


class LmtpSession(SmtpSession, LMTP):
    """The same, with an answer for each recipient (RFC 2033)."""

    def _answer(self, answers: list[str]) -> str:
        return "\r\n".join(answers)


class Content:
    """The bytes of one message while they arrive. Past a limit they are dropped, and only the end is looked for."""

    def __init__(self, gate: Gate, max_bytes: int) -> None:
        self.is_complete = False
        self.refusal = ""
        self.received_bytes = 0
        self.began_at = asyncio.get_running_loop().time()
        self._gate = gate
        self._max_bytes = max_bytes
        self._held_bytes = 0
        # The line end of the DATA command stands before the first line, which may be the lone dot already.
        self._buffer = bytearray(b"\r\n")

    def add(self, chunk: bytes) -> bytes:
        """Take the next bytes; returns those that follow the end."""
        searched = max(0, len(self._buffer) - len(END_OF_CONTENT) + 1)
        self.received_bytes += len(chunk)
        self._buffer += chunk
        end = self._buffer.find(END_OF_CONTENT, searched)
        if end >= 0:
            rest = bytes(memoryview(self._buffer)[end + len(END_OF_CONTENT) :])
            self.is_complete = True
            del self._buffer[end + 2 :]
        else:
            rest = b""
        self._limit(len(chunk) - len(rest))
        return rest

    def _limit(self, added_bytes: int) -> None:
        if not self.refusal and len(self._buffer) - 2 > self._max_bytes:
            self._refuse(f"552 5.3.4 El mensaje supera el maximo de {self._max_bytes} bytes")
        elif not self.refusal:
            try:
                self._gate.hold(added_bytes)
                self._held_bytes += added_bytes
            except OutOfMemory:
                self._refuse("452 4.3.1 Se estan recibiendo muchos mensajes; intente mas tarde")
        if self.refusal:
            del self._buffer[: 1 - len(END_OF_CONTENT)]

    def _refuse(self, answer: str) -> None:
        self.refusal = answer
        self.forget()

    def take(self) -> bytes:
        """The message, its doubled dots undone."""
        whole = bytes(memoryview(self._buffer)[2:])
        self._buffer = bytearray()
        if whole.startswith(b"."):
            whole = whole[1:]
        return whole.replace(b"\r\n.", b"\r\n") if b"\r\n." in whole else whole

    def forget(self) -> None:
        """Give back the share of memory."""
        self._gate.release(self._held_bytes)
        self._held_bytes = 0


def storable(text: str) -> str:
    """An address of the envelope as text for the database: no NUL, no half characters."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace").replace("\x00", "")
