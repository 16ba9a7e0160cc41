"""Files of strangers, handed out so that they can do nothing in our pages.

Nothing runs: a download by default, `nosniff` so that browsers believe the type, a sandbox in case one is opened.
"""

from urllib.parse import quote

from django.http import HttpResponse

LOCKED = "sandbox; default-src 'none'; frame-ancestors 'none'"
"""If it is opened all the same, it loads nothing and runs nothing."""
SHOWN_TYPES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
"""What may be shown in place: pictures of points, that cannot hold a program."""


def download_response(name: str, media_type: str, content: bytes, *, inline: bool = False) -> HttpResponse:
    """A file to keep; with `inline` a picture to see (any other type is a download all the same)."""
    is_shown = inline and media_type in SHOWN_TYPES
    response = HttpResponse(content, content_type=media_type if is_shown else "application/octet-stream")
    disposition = "inline" if is_shown else "attachment"
    response["Content-Disposition"] = f"{disposition}; filename*=UTF-8''{quote(name or 'archivo', safe='')}"
    response["Content-Security-Policy"] = LOCKED
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = "private, no-store"
    return response
