"""Whether the house is alive (this process answers) and ready (its parts work). For load balancers and supervisors.

It tells states, never causes or settings: whoever asks is a stranger.
"""

import socket
from typing import Any

import psycopg
import structlog
from django.conf import settings
from django.db import Error, connection
from django.http import HttpRequest, JsonResponse
from django.urls import path
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from psycopg_pool import PoolTimeout

from ventanilla.accounts.doors import public
from ventanilla.kit import queue

logger = structlog.get_logger(__name__)

DATABASE_TIMEOUT_SECONDS = 2
MAIL_TIMEOUT_SECONDS = 2.0
GREETING = b"220"
"""What SMTP (RFC 5321) and LMTP servers say first."""

_here: set[str] = set()


def expect_mail_listener() -> None:
    """Say that this process also runs the mail listener, so that it is not ready without it."""
    _here.add("mail")


def forget_mail_listener() -> None:
    _here.discard("mail")


def expects_mail_listener() -> bool:
    return "mail" in _here


@public("load balancers and supervisors of processes have no sign-in")
@never_cache
@require_safe
def alive(request: HttpRequest) -> JsonResponse:
    """200 as long as this process answers; asks nobody."""
    return JsonResponse({"alive": True})


@public("as above; it tells states, never causes")
@never_cache
@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """200 when every part works, else 503; `parts` says which one does not."""
    parts = {"database": is_database_answering()}
    parts["jobs"] = parts["database"] and _are_jobs_done()
    if expects_mail_listener():
        parts["mail"] = is_mail_listener_answering()
    is_ready = all(parts.values())
    if not is_ready:
        logger.warning("not_ready", parts=[name for name, works in parts.items() if not works])
    return JsonResponse({"ready": is_ready, "parts": parts}, status=200 if is_ready else 503)


def is_database_answering(**changed: Any) -> bool:
    """Whether a connection of its own opens in time: the pool would wait for half a minute before it gives up.

    `changed` stands for parts of the address.
    """
    parameters = connection.get_connection_params() | {"connect_timeout": DATABASE_TIMEOUT_SECONDS} | changed
    try:
        with psycopg.connect(**parameters) as fresh:
            fresh.execute("SELECT 1")
    except psycopg.Error:
        return False
    return True


def _are_jobs_done() -> bool:
    try:
        return queue.is_attended()
    except (Error, PoolTimeout):
        return False


def is_mail_listener_answering() -> bool:
    """Whether the mail port greets as a mail server does."""
    address = (settings.ENVIRONMENT.mail_host or settings.ENVIRONMENT.host, settings.ENVIRONMENT.mail_port)
    try:
        with socket.create_connection(address, timeout=MAIL_TIMEOUT_SECONDS) as talk:
            greeting = talk.recv(len(GREETING))
            talk.sendall(b"QUIT\r\n")
    except OSError:
        return False
    return greeting == GREETING


urlpatterns = [
    path("vivo", alive, name="alive"),
    path("listo", ready, name="ready"),
]
