"""A mail server that keeps what it gets, and can be told to refuse, to be slow, or to hang up."""

import asyncio
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult


@dataclass
class Sink:
    """`answers` maps a recipient, "MAIL" or "DATA" to the answer to give instead of 250."""

    answers: dict[str, str] = field(default_factory=dict)
    is_hanging_up: bool = False
    mails: list[bytes] = field(default_factory=list)
    envelopes: list[tuple[str, list[str]]] = field(default_factory=list)
    options: list[list[str]] = field(default_factory=list)
    greetings: list[str] = field(default_factory=list)
    was_tls: list[bool] = field(default_factory=list)
    connections: int = 0
    port: int = 0

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    async def handle_EHLO(self, server: Any, session: Any, envelope: Any, name: str, responses: list[str]) -> list[str]:  # noqa: N802
        session.host_name = name
        self.greetings.append(name)
        return responses

    async def handle_MAIL(self, server: Any, session: Any, envelope: Any, address: str, options: list[str]) -> str:  # noqa: N802
        if "MAIL" in self.answers:
            return self.answers["MAIL"]
        envelope.mail_from = address
        self.options.append(options)
        return "250 OK"

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: list[str]) -> str:  # noqa: N802
        if address in self.answers:
            return self.answers[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        if self.is_hanging_up:
            server.transport.close()
            return "250 OK"
        if "DATA" in self.answers:
            return self.answers["DATA"]
        self.mails.append(envelope.original_content)
        self.envelopes.append((envelope.mail_from, list(envelope.rcpt_tos)))
        self.was_tls.append(session.ssl is not None)
        return "250 kept"


@contextmanager
def running(sink: Sink, *, tls: ssl.SSLContext | None = None, users: dict[str, str] | None = None) -> Iterator[Sink]:
    """Listen on a free port of this machine while the block runs."""

    def sign_in(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        known = (users or {}).get(data.login.decode())
        return AuthResult(handled=False, success=known is not None and known == data.password.decode())

    def session() -> SMTP:
        sink.connections += 1
        options: dict[str, Any] = {"authenticator": sign_in, "auth_required": True} if users else {}
        return SMTP(
            sink,
            hostname="sink",
            enable_SMTPUTF8=True,
            tls_context=tls,
            loop=loop,
            auth_require_tls=tls is not None,
            **options,
        )

    loop = asyncio.new_event_loop()
    server = loop.run_until_complete(loop.create_server(session, "127.0.0.1", 0))
    sink.port = server.sockets[0].getsockname()[1]
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        yield sink
    finally:
        _stop(loop, server.close)
        thread.join()
        loop.close()


def _stop(loop: asyncio.AbstractEventLoop, close: Callable[[], None]) -> None:
    async def end() -> None:
        close()
        others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    asyncio.run_coroutine_threadsafe(end(), loop).result(5)
    loop.call_soon_threadsafe(loop.stop)
