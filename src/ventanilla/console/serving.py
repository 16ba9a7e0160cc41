"""The parts of the house that last as long as the process: web, jobs, mail listener. One event loop for all of them."""

import asyncio
import contextlib
import errno
import signal
import socket
from collections.abc import Callable, Collection, Iterator
from enum import StrEnum

import uvicorn
from channels.routing import get_default_application
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.postgresql.base import DatabaseWrapper
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext as _

from ventanilla.api import health
from ventanilla.kit import live, worker

WEB_STOP_TIMEOUT_SECONDS = 5
BACKLOG = 512


class Part(StrEnum):
    WEB = "web"
    WORKER = "worker"
    MAIL = "mail"


class CannotServe(Exception):
    """The process cannot do its part; the message says why and what to do, in Spanish."""


class _Server(uvicorn.Server):
    """Uvicorn without its own signal handlers: they would end the process before the database is stopped."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def web_address() -> str:
    """Where a browser on this machine finds the pages."""
    host = settings.ENVIRONMENT.host
    shown = {"0.0.0.0": "localhost", "::": "localhost", "127.0.0.1": "localhost"}.get(host, host)  # noqa: S104 # compared, not bound
    return f"http://{f'[{shown}]' if ':' in shown else shown}:{settings.ENVIRONMENT.port}/"


def mail_host() -> str:
    return settings.ENVIRONMENT.mail_host or settings.ENVIRONMENT.host


def claim_ports(parts: Collection[Part]) -> socket.socket | None:
    """Listen for browsers already, and make sure that the mail port is free. Raises CannotServe.

    Called before anything slow, so that a port in use is told at once.
    """
    if Part.MAIL in parts:
        _listening(mail_host(), settings.ENVIRONMENT.mail_port, "VENTANILLA_MAIL_PORT").close()
    if Part.WEB in parts:
        return _listening(settings.ENVIRONMENT.host, settings.ENVIRONMENT.port, "VENTANILLA_PORT")
    return None


def _listening(host: str, port: int, variable: str) -> socket.socket:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        family, kind, protocol, _name, address = found[0]
        listening = socket.socket(family, kind, protocol)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind(address)
            listening.listen(BACKLOG)
        except OSError:
            listening.close()
            raise
    except OSError as problem:
        raise CannotServe(_why_not(problem, host, port, variable)) from problem
    return listening


def _why_not(problem: OSError, host: str, port: int, variable: str) -> str:
    if problem.errno == errno.EADDRINUSE:
        return _(
            "El puerto %(port)s de %(host)s está ocupado por otro programa. "
            "Cerrá el otro programa o elegí otro puerto: %(variable)s=%(other)s"
        ) % {"port": port, "host": host, "variable": variable, "other": port + 1}
    if problem.errno == errno.EACCES:
        return _("No hay permiso para usar el puerto %(port)s. Elegí uno mayor que 1023: %(variable)s=%(other)s") % {
            "port": port,
            "variable": variable,
            "other": port + 8000,
        }
    return _("No se puede escuchar en %(host)s, puerto %(port)s: %(reason)s. Revisá %(variable)s y la dirección.") % {
        "host": host,
        "port": port,
        "reason": problem.strerror or problem,
        "variable": variable,
    }


def serve(parts: Collection[Part], listening: socket.socket | None, on_ready: Callable[[], None]) -> None:
    """Do these parts until SIGINT or SIGTERM, then end each in order. Raises CannotServe, or what made a part fail."""
    server = _web_server() if Part.WEB in parts else None
    loop_factory = server.config.get_loop_factory() if server else None
    try:
        with asyncio.Runner(loop_factory=loop_factory) as runner:
            runner.run(_serve(parts, server, listening, on_ready))
    finally:
        _close_database()


def _close_database() -> None:
    """Close the connections and the pool, whose threads would go on asking for a database that is about to stop."""
    connections.close_all()
    wrapper = connections[DEFAULT_DB_ALIAS]
    if isinstance(wrapper, DatabaseWrapper):
        wrapper.close_pool()


def require_schema() -> None:
    """Raise CannotServe while the database lacks a migration: a part would fail at its first question."""
    executor = MigrationExecutor(connections[DEFAULT_DB_ALIAS])
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise CannotServe(_("La base de datos no está al día. Ejecutá primero: ventanilla migrate"))


def _web_server() -> _Server:
    return _Server(
        uvicorn.Config(
            get_default_application(),
            lifespan="off",
            ws="websockets-sansio",
            log_config=None,
            access_log=False,
            server_header=False,
            # config/asgi.py believes the proxies that the operator names; the server's own list would be another.
            proxy_headers=False,
            timeout_graceful_shutdown=WEB_STOP_TIMEOUT_SECONDS,
        )
    )


async def _serve(
    parts: Collection[Part], server: _Server | None, listening: socket.socket | None, on_ready: Callable[[], None]
) -> None:
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    live.attach(loop)
    running: dict[Part, asyncio.Task[None]] = {}
    async with contextlib.AsyncExitStack() as stack:
        if Part.WORKER in parts:
            running[Part.WORKER] = asyncio.create_task(worker.work())
            stack.push_async_callback(_cancelled, running[Part.WORKER])
        if server and listening:
            running[Part.WEB] = asyncio.create_task(server.serve(sockets=[listening]))
            stack.push_async_callback(_web_stopped, server, running[Part.WEB])
        if Part.MAIL in parts:
            stack.push_async_callback(await _mail_listener())
            health.expect_mail_listener()
            stack.callback(health.forget_mail_listener)
        while server and not server.started and not any(task.done() for task in running.values()):
            await asyncio.sleep(0.01)
        on_ready()
        stopping = asyncio.create_task(stop.wait())
        await asyncio.wait([stopping, *running.values()], return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
    for task in running.values():
        if not task.cancelled() and (problem := task.exception()):
            raise problem


async def _mail_listener() -> Callable[[], "asyncio.Future[None]"]:
    # The listener's libraries are for this part only.
    from ventanilla.mail.listener import serve as serve_mail

    host, port = mail_host(), settings.ENVIRONMENT.mail_port
    try:
        listener = await serve_mail(host, port)
    except OSError as problem:
        raise CannotServe(_why_not(problem, host, port, "VENTANILLA_MAIL_PORT")) from problem

    def stopped() -> "asyncio.Future[None]":
        listener.close()
        return asyncio.ensure_future(listener.wait_closed())

    return stopped


async def _web_stopped(server: _Server, task: "asyncio.Task[None]") -> None:
    server.should_exit = True
    await asyncio.wait([task])


async def _cancelled(task: "asyncio.Task[None]") -> None:
    task.cancel()
    await asyncio.wait([task])
