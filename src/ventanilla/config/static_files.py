"""Style sheets, scripts and drawings: from where they stand in the packages, compressed once, kept by browsers long.

There is nothing to collect: WhiteNoise finds the files, and each one's address carries a mark of its content.
"""

import gzip
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import StaticFilesStorage
from django.http import HttpRequest, HttpResponse
from whitenoise.middleware import WhiteNoiseMiddleware
from whitenoise.responders import StaticFile

COMPRESSED = ("text/", "application/json", "application/manifest+json", "image/svg+xml")
COMPRESSED_MIN_BYTES = 512
MARK = "v"
MARKED_CACHE_CONTROL = "public, max-age=31536000, immutable"


class StaticFilesMiddleware(WhiteNoiseMiddleware):  # type: ignore[misc] # the library has no types
    """Answers with whole files: Django under ASGI would read a stream to its end anyway, and warn at each one."""

    @staticmethod
    def serve(static_file: StaticFile, request: HttpRequest) -> HttpResponse:
        asked = dict(request.META)
        if "HTTP_IF_NONE_MATCH" in asked:
            # What was sent compressed carries a weak mark; the library compares letter by letter.
            asked["HTTP_IF_NONE_MATCH"] = asked["HTTP_IF_NONE_MATCH"].removeprefix("W/")
        found = static_file.get_response(request.method, asked)
        content = b""
        if found.file:
            with found.file as file:
                content = file.read()
        response = HttpResponse(content, status=int(found.status))
        del response["content-type"]
        for name, value in found.headers:
            response[name] = value
        if not settings.DEBUG and request.GET.get(MARK):
            response["Cache-Control"] = MARKED_CACHE_CONTROL
        return _compressed(request, response)


def _compressed(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    if not response.get("Content-Type", "").startswith(COMPRESSED):
        return response
    response["Vary"] = "Accept-Encoding"
    if response.status_code == 200 and len(response.content) >= COMPRESSED_MIN_BYTES and _takes_gzip(request):
        response.content = _gzip(response.content)
        response["Content-Encoding"] = "gzip"
        response["Content-Length"] = str(len(response.content))
        if "ETag" in response:
            response["ETag"] = "W/" + response["ETag"]
    return response


def _takes_gzip(request: HttpRequest) -> bool:
    offers = [offer.replace(" ", "") for offer in request.headers.get("Accept-Encoding", "").lower().split(",")]
    return any(offer.partition(";")[0] == "gzip" and not offer.endswith(";q=0") for offer in offers)


@lru_cache(maxsize=512)
def _gzip(content: bytes) -> bytes:
    """The files themselves are few and ours, so their content may be the key."""
    return gzip.compress(content, 9, mtime=0)


class MarkedStaticFilesStorage(StaticFilesStorage):
    """Adds to each address a mark of the file's content, so that browsers may keep it and never show an old one."""

    def url(self, name: str | None, *arguments: Any, **named: Any) -> str:
        address: str = super().url(name, *arguments, **named)
        mark = "" if settings.DEBUG or not name else _mark(name)
        return f"{address}?{MARK}={mark}" if mark and "?" not in address else address


@lru_cache(maxsize=4096)
def _mark(name: str) -> str:
    path = finders.find(name)
    return blake2b(Path(path).read_bytes(), digest_size=5).hexdigest() if isinstance(path, str) else ""
