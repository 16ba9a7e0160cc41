"""A small body to tell stories about, and a mail server of somebody else's."""

import asyncio
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP
from django.test import Client
from tests.journeys.gubuy import FakeGubuy, serving

from ventanilla.demo.stage import Stage, build_stage
from ventanilla.kit.openid import tokens
from ventanilla.organisation.scoping import scope


@pytest.fixture
def stage(db: None) -> Iterator[Stage]:
    """Everything happens inside the body's scope, as in a request of its staff."""
    made = build_stage()
    with scope({made.body.pk}):
        yield made


@pytest.fixture
def committed_stage(transactional_db: None) -> Iterator[Stage]:
    """Other threads and processes see it."""
    made = build_stage()
    with scope({made.body.pk}):
        yield made


@dataclass
class Sink:
    """Takes every mail, `pause_seconds` before it says so, but for the `refused` recipients."""

    port: int = 0
    pause_seconds: float = 0
    mails: list[bytes] = field(default_factory=list)
    envelopes: list[tuple[str, list[str]]] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: list[str]) -> str:  # noqa: N802 # aiosmtpd's name
        if address in self.refused:
            return "550 5.1.1 No such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 # aiosmtpd's name
        self.mails.append(envelope.original_content)
        self.envelopes.append((envelope.mail_from, list(envelope.rcpt_tos)))
        await asyncio.sleep(self.pause_seconds)
        return "250 OK"


@pytest.fixture
def sink() -> Iterator[Sink]:
    """A real mail server on a free port of this machine."""
    made = Sink()
    loop = asyncio.new_event_loop()
    server = loop.run_until_complete(loop.create_server(lambda: SMTP(made, hostname="sink", loop=loop), "127.0.0.1", 0))
    made.port = server.sockets[0].getsockname()[1]
    thread = threading.Thread(target=loop.run_forever)
    thread.start()

    async def end() -> None:
        server.close()
        others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    yield made
    asyncio.run_coroutine_threadsafe(end(), loop).result(5)
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


@pytest.fixture(scope="session")
def running_gubuy() -> Iterator[FakeGubuy]:
    with serving() as fake:
        yield fake


@pytest.fixture
def gubuy(running_gubuy: FakeGubuy, settings: Any, stage: Stage) -> FakeGubuy:
    """The citizens' provider, honest until told otherwise."""
    fresh = FakeGubuy(port=running_gubuy.port, key=running_gubuy.key)
    for name in ("kid", "person", "acr", "lies", "claims", "codes", "asked"):
        setattr(running_gubuy, name, getattr(fresh, name))
    tokens.forget_keys()
    settings.OPENID_PROVIDER = running_gubuy.provider()
    return running_gubuy


@pytest.fixture
def browser(gubuy: FakeGubuy) -> Client:
    """Of a person who may sign in there."""
    return Client()
