"""How much a request may bring. Django would put all of it on the disk before any view could look.

What is too much is thrown away while it comes, so that a browser gets to read the answer; then the line is cut.
"""

import json
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from django.utils.translation import gettext as _

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Any, Any, Any], Awaitable[None]]

PAGE_MAX_BYTES = 32 * 1024 * 1024
"""Of a form with its files, whose own limits are narrower and say what to do."""
DELIVERIES = "/api/v1/deliveries/"
"""Raw messages: as large as the mail listener takes them."""
THROWN_AWAY_MAX_BYTES = 128 * 1024 * 1024


class BodyLimit:
    """Answers 413 to what is larger than its door takes, whether its length was announced or not."""

    def __init__(self, application: Application, delivery_max_bytes: int) -> None:
        self.application = application
        self.delivery_max_bytes = delivery_max_bytes

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.application(scope, receive, send)
            return
        limit = self.delivery_max_bytes if scope["path"].startswith(DELIVERIES) else PAGE_MAX_BYTES
        if _announced(scope) > limit:
            await _refuse(scope, receive, send, limit)
            return
        taken, is_over, has_answered = 0, False, False

        async def counted() -> Message:
            nonlocal taken, is_over
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > limit:
                is_over = True
                # The application drops what it has, as it does when somebody hangs up.
                return {"type": "http.disconnect"}
            return message

        async def noted(message: Message) -> None:
            nonlocal has_answered
            has_answered = True
            await send(message)

        await self.application(scope, counted, noted)
        if is_over and not has_answered:
            await _refuse(scope, receive, send, limit)


def _announced(scope: Any) -> int:
    for name, value in scope["headers"]:
        if name == b"content-length":
            return int(value) if value.isdigit() else 0
    return 0


async def _refuse(scope: Any, receive: Receive, send: Send, limit: int) -> None:
    thrown_away = 0
    while thrown_away < THROWN_AWAY_MAX_BYTES:
        message = await receive()
        thrown_away += len(message.get("body", b""))
        if message["type"] == "http.disconnect":
            return
        if not message.get("more_body"):
            break
    sentence = _("Lo que mandaste pesa más de %(count)d MB, y no lo recibimos.") % {"count": limit // 2**20}
    media_type, content = "text/plain; charset=utf-8", sentence
    if scope["path"].startswith("/api/"):
        media_type = "application/problem+json"
        content = json.dumps(
            {
                "type": "urn:ventanilla:problem:too-large",
                "title": _("Demasiado grande"),
                "status": 413,
                "detail": sentence,
                "instance": scope["path"],
            },
            ensure_ascii=False,
        )
    headers = {
        "Content-Type": media_type,
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, no-store",
        "Connection": "close",
    }
    await send(
        {
            "type": "http.response.start",
            "status": 413,
            "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
        }
    )
    await send({"type": "http.response.body", "body": content.encode()})
