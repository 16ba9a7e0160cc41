"""Pages and API under ASGI: each request runs whole in one thread, as it would under WSGI.

Our middleware and views are synchronous. Django's own handler starts a thread for each request, and goes to and fro
between it and the event loop for signals, middleware, view and closing; measured here, that was a third of a small
request.
"""

import asyncio
import contextvars
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import IO, Any

from django.core import signals
from django.core.exceptions import RequestAborted
from django.core.handlers.asgi import ASGIHandler, get_script_prefix
from django.http import HttpResponse
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
            answer = partial(contextvars.copy_context().run, self._answer, scope, body)
            response = await asyncio.get_running_loop().run_in_executor(self._threads, answer)
            await self.send_response(response, send)
        finally:
            body.close()

    def _answer(self, scope: dict[str, Any], body: IO[bytes]) -> Any:
        set_script_prefix(get_script_prefix(scope))
        signals.request_started.send(sender=self.__class__, scope=scope)
        request, refusal = self.create_request(scope, body)
        response: Any = refusal if request is None else self.get_response(request)
        # What request_finished is sent in the name of.
        response._handler_class = self.__class__
        if response.streaming:
            response = _whole(response)
        # In this thread, whose connection to the database it gives back; what is to be sent stays.
        response.close()
        return response


def _whole(response: Any) -> Any:
    """What a view streams is read here, where its connection to the database is."""
    whole: Any = HttpResponse(
        b"".join(response.streaming_content), status=response.status_code, headers=response.headers
    )
    whole.cookies = response.cookies
    whole._resource_closers = response._resource_closers
    return whole
