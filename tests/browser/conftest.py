"""The whole house in this process, on a port of its own, and a browser in front of it.

Pages are served by uvicorn in a thread, from the test's own database; people are signed in by their session's cookie.
"""

import asyncio
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Page

from ventanilla.cases import queries as cases
from ventanilla.cases.models import Case
from ventanilla.config.asgi import application
from ventanilla.demo.stage import Stage, build_stage
from ventanilla.flow.accept import accept
from ventanilla.flow.receive import receive_one
from ventanilla.kit import live
from ventanilla.knowledge.actions import create_canned_reply
from ventanilla.organisation.scoping import scope

AXE = Path(__file__).parents[2] / "node_modules/axe-core/axe.min.js"
START_TIMEOUT_SECONDS = 20
WIDE: Any = {"width": 1280, "height": 800}
NARROW: Any = {"width": 360, "height": 740}
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


class _Server(uvicorn.Server):
    def install_signal_handlers(self) -> None:
        """The test's process keeps its own."""


@pytest.fixture(scope="session")
def house() -> Iterator[str]:
    """The address of the running house. Started once; each test brings its data."""
    server = _Server(uvicorn.Config(application, port=0, lifespan="off", ws="websockets-sansio", log_config=None))
    started = threading.Event()

    async def serve() -> None:
        live.attach(asyncio.get_running_loop())
        serving = asyncio.ensure_future(server.serve())
        while not server.started and not serving.done():
            await asyncio.sleep(0.01)
        started.set()
        await serving

    thread = threading.Thread(target=lambda: asyncio.run(serve()), daemon=True)
    thread.start()
    assert started.wait(START_TIMEOUT_SECONDS), "the server did not start"
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://localhost:{port}"
    server.should_exit = True
    thread.join(START_TIMEOUT_SECONDS)


@dataclass
class Desk:
    """The stage with a browser: pages of people who are signed in, and mail that arrives."""

    stage: Stage
    address: str
    browser: Browser
    _numbers: Any
    _open: list[Any]

    def sign_in(self, user: Any, viewport: Any = WIDE, **options: Any) -> Page:
        """A page of that person's own browser."""
        client = Client()
        client.force_login(user)
        context = self.browser.new_context(viewport=viewport, base_url=self.address, locale="es-UY", **options)
        context.add_cookies(
            [
                {
                    "name": settings.SESSION_COOKIE_NAME,
                    "value": client.cookies[settings.SESSION_COOKIE_NAME].value,
                    "url": self.address,
                }
            ]
        )
        self._open.append(context)
        page = context.new_page()
        page.set_default_timeout(8000)
        return page

    def receive(
        self,
        text: str,
        *,
        subject: str = "Libreta de conducir",
        sender: str = "Lucía Techera <lucia@example.com>",
        html: str = "",
        files: Any = (),
        **headers: str,
    ) -> Case:
        """A mail comes in by the line; its case."""
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = sender, self.stage.account.address, subject
        message["Message-ID"] = headers.pop("message_id", f"<{next(self._numbers)}@example.com>")
        envelope = {"mail_from": sender.split("<")[-1].rstrip(">"), "rcpt_to": [self.stage.account.address]}
        if "authentication_results" in headers:
            envelope["authentication_results"] = headers.pop("authentication_results")
        for name, value in headers.items():
            message[name.replace("_", "-")] = value
        message.set_content(text)
        if html:
            message.add_alternative(html, subtype="html")
        for name, media_type, content in files:
            main, sub = media_type.split("/")
            message.add_attachment(content, maintype=main, subtype=sub, filename=name)
        stored = accept(self.stage.account, message.as_bytes(), envelope)
        (code,) = receive_one(stored.delivery_id).case_codes
        return self.case(code)

    def case(self, code: str) -> Case:
        with scope({self.stage.body.pk}):
            found = cases.by_code(code)
        assert found is not None
        return found


@pytest.fixture
def desk(transactional_db: None, house: str, chromium: Browser, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    # Playwright's loop runs in this thread, and Django would take every query for one from a coroutine.
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    stage = build_stage()
    with scope({stage.body.pk}):
        create_canned_reply(stage.body, "saludo", "Saludo", "Hola, {{nombre}}: gracias por escribirnos.")
        create_canned_reply(
            stage.body, "en-persona", "También en persona", "También podés hacerlo en persona en {{organismo}}."
        )
    made = Desk(stage, house, chromium, count(1), [])
    with scope({stage.body.pk}):
        yield made
    for context in made._open:
        context.close()


@pytest.fixture
def audit() -> Callable[[Page], None]:
    """Run axe-core on the page and fail with what it found, in words."""

    def check(page: Page) -> None:
        # Not as a script of the page, which its Content-Security-Policy rightly refuses.
        page.evaluate(AXE.read_text())
        found = page.evaluate("rules => axe.run({runOnly: rules})", RULES)
        lines = [
            f"{one['id']} ({one['impact']}): {one['help']}\n    "
            + "\n    ".join(node["html"][:160] for node in one["nodes"][:4])
            for one in found["violations"]
        ]
        assert not lines, f"{page.url}\n" + "\n".join(lines)

    return check


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whatever stands in this folder drives a browser, in one process of its own: its driver leaves an event loop
    running there, which other tests cannot bear."""
    for item in items:
        if item.path.parent == Path(__file__).parent:
            item.add_marker(pytest.mark.browser)
            if item.get_closest_marker("xdist_group") is None:
                item.add_marker(pytest.mark.xdist_group("desk-browser"))
