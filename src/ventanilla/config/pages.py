"""Pages and API under ASGI: each request runs whole in one thread, as it would under WSGI.

Our middleware and views are synchronous. Django's own handler starts a thread for each request, and goes to and fro
between it and the event loop for signals, middleware, view and closing; measured here, that was a third of a small
request.
"""

import asyncio
import contextvars
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from tempfile import SpooledTemporaryFile
from typing import Any

from django.core import signals
from django.core.exceptions import RequestAborted
from django.core.handlers.asgi import ASGIHandler, get_script_prefix
from django.urls import set_script_prefix

from ventanilla.config.database import POOL_MAX_CONNECTIONS


class PagesHandler(ASGIHandler):
    def __init__(self) -> None:
        super().__init__()
        # More at once would only wait for each other's connections to the database.
        self._threads = ThreadPoolExecutor(POOL_MAX_CONNECTIONS, thread_name_prefix="pages")

    def load_middleware(self, is_async: bool = False) -> None:
        super().load_middleware(is_async=False)

    async def __call__(
        self, scope: dict[str, Any], receive: Callable[[], Awaitable[Any]], send: Callable[[Any], Awaitable[None]]
    ) -> None:
        try:
            body = await self.read_body(receive)
        except RequestAborted:
            return
        try:
            response = await self._in_thread(self._answer, scope, body)
            try:
                await self.send_response(response, send)
            finally:
                # Sends request_finished, which gives the database connection back.
                await self._in_thread(response.close)
        finally:
            body.close()

    async def _in_thread(self, function: Callable[..., Any], *arguments: Any) -> Any:
        run = contextvars.copy_context().run
        return await asyncio.get_running_loop().run_in_executor(self._threads, run, function, *arguments)

    def _answer(self, scope: dict[str, Any], body: SpooledTemporaryFile[bytes]) -> Any:
        set_script_prefix(get_script_prefix(scope))
        signals.request_started.send(sender=self.__class__, scope=scope)
        request, refusal = self.create_request(scope, body)
        response: Any = refusal if request is None else self.get_response(request)
        # What request_finished is sent in the name of.
        response._handler_class = self.__class__
        return response
