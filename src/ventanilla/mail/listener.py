"""The listener: opens the port, and closes without losing what it has begun to store."""

import asyncio
import contextlib
import logging
import socket
import ssl
import weakref

from django.conf import settings
from django.utils.translation import gettext as _

from ventanilla.mail.session import Gate, Handler, LmtpSession, Rules, SmtpSession
from ventanilla.mail.storing import Store
from ventanilla.mail.trust import networks

logger = logging.getLogger(__name__)

MAX_CONNECTIONS = 500
BACKLOG = 512
MESSAGES_IN_MEMORY = 4
"""How many messages of the greatest size may be on their way at once."""
STOP_TIMEOUT_SECONDS = 10


class BadMailSettings(Exception):
    """The listener's settings make no sense; the message says which and why, in Spanish."""


class Listener:
    """A running listener. `close` and `wait_closed` as an asyncio.Server has them."""

    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        self._store = Store()
        self._gate = Gate(MAX_CONNECTIONS, MESSAGES_IN_MEMORY * rules.max_bytes)
        self._handler = Handler(self._store)
        self._sessions: weakref.WeakSet[SmtpSession] = weakref.WeakSet()
        self._server: asyncio.Server | None = None

    async def open(self, host: str, port: int) -> None:
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(self._session, host, port, backlog=BACKLOG)

    @property
    def port(self) -> int:
        """The port it listens on; useful when it was opened with 0."""
        sockets = self._server.sockets if self._server else ()
        return int(sockets[0].getsockname()[1]) if sockets else 0

    @property
    def connections(self) -> int:
        return self._gate.connections

    def _session(self) -> SmtpSession:
        kind = LmtpSession if self._rules.protocol == "lmtp" else SmtpSession
        session = kind(self._rules, self._gate, self._store, self._handler)
        self._sessions.add(session)
        return session

    def close(self) -> None:
        """Take no new connections; those in the middle of a message end in `wait_closed`."""
        if self._server is not None:
            self._server.close()

    async def wait_closed(self) -> None:
        """Let messages that are being stored be stored and answered, then hang up."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(STOP_TIMEOUT_SECONDS):
                while any(session.is_storing for session in self._sessions):
                    await asyncio.sleep(0.02)
        for session in list(self._sessions):
            if session.transport is not None:
                session.transport.close()
        await self._store.close()


def rules_of_settings() -> Rules:
    """What the operator set. Raises BadMailSettings."""
    given = settings.ENVIRONMENT
    try:
        trusted = networks(given.mail_trusted_relays)
    except ValueError as problem:
        raise BadMailSettings(
            _("VENTANILLA_MAIL_TRUSTED_RELAYS no es una lista de redes: %(reason)s") % {"reason": problem}
        ) from problem
    return Rules(given.mail_protocol, given.mail_max_bytes, socket.gethostname(), _tls(), trusted)


def _tls() -> ssl.SSLContext | None:
    given = settings.ENVIRONMENT
    if given.mail_tls_cert is None:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    try:
        context.load_cert_chain(given.mail_tls_cert, given.mail_tls_key)
    except (OSError, ssl.SSLError) as problem:
        raise BadMailSettings(
            _("No se pudo leer el certificado de VENTANILLA_MAIL_TLS_CERT y VENTANILLA_MAIL_TLS_KEY: %(reason)s")
            % {"reason": problem}
        ) from problem
    return context


async def serve(host: str, port: int, rules: Rules | None = None) -> Listener:
    """Listen on the running event loop. Raises OSError when the port cannot be had, BadMailSettings."""
    listener = Listener(rules or rules_of_settings())
    await listener.open(host, port)
    return listener
