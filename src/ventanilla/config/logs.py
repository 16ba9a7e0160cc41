"""JSON logs on standard error. Nothing logs message text, names or addresses; ids and codes only.

What libraries say is made to fit: an exception's words may quote a person (a database names the address that is there
twice), so its kind and place are kept and its words are not; an address on the web may hold a key, so its pattern is.
"""

import sys
import traceback
from types import TracebackType
from typing import Any

import structlog

from ventanilla.config.env import environment

FRAMES = 12


def _without_words(logger: Any, method: str, event: dict[str, Any]) -> dict[str, Any]:
    """Kind and place of an exception, of what caused it too."""
    given = event.pop("exc_info", None)
    if given is True:
        given = sys.exc_info()
    event.pop("stack_info", None)
    event.pop("exception", None)
    problem = given[1] if isinstance(given, tuple) else given if isinstance(given, BaseException) else None
    kinds: list[str] = []
    where = _places(problem.__traceback__ if problem is not None else None)
    while problem is not None and len(kinds) < FRAMES:
        kinds.append(f"{type(problem).__module__}.{type(problem).__qualname__}")
        problem = problem.__cause__ or problem.__context__
    if kinds:
        event |= {"problem": kinds, "where": where}
    return event


def _places(trace: TracebackType | None) -> list[str]:
    return [f"{frame.filename}:{frame.lineno}" for frame in traceback.extract_tb(trace)[-FRAMES:]]


def _pattern_for_address(logger: Any, method: str, event: dict[str, Any]) -> dict[str, Any]:
    """Django's lines about a request end in its address: the pattern that it fits says enough."""
    record = event.get("_record")
    if record is not None and record.name.startswith(("django.request", "django.security")):
        match = getattr(getattr(record, "request", None), "resolver_match", None)
        event["event"] = "request_refused" if record.levelname == "WARNING" else "request_failed"
        event["status"] = getattr(record, "status_code", None)
        event["route"] = match.route if match else ""
    return event


_SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso"),
]

structlog.configure(
    processors=[*_SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
    logger_factory=structlog.stdlib.LoggerFactory(),
    wrapper_class=structlog.stdlib.BoundLogger,
    cache_logger_on_first_use=True,
)


def logging_of(level: str) -> dict[str, Any]:
    """The configuration with this level for our own lines. Libraries say nothing below INFO: what they tell when
    somebody looks for a fault is what passes through their hands."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "json": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": [*_SHARED, _pattern_for_address],
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    _without_words,
                    structlog.processors.JSONRenderer(),
                ],
            }
        },
        "handlers": {"standard_error": {"class": "logging.StreamHandler", "formatter": "json"}},
        "root": {"handlers": ["standard_error"], "level": "INFO" if level == "DEBUG" else level},
        "loggers": {
            "ventanilla": {"level": level},
            # A line a request or a job says nothing that metrics do not say better; the mail listener's says who wrote.
            "uvicorn.access": {"level": "WARNING"},
            "uvicorn.error": {"level": "WARNING"},
            "procrastinate": {"level": "WARNING"},
            "mail.log": {"level": "ERROR"},
            "django.server": {"level": "WARNING"},
            # Somebody asks for a site that is not here, all day long.
            "django.security.DisallowedHost": {"level": "CRITICAL"},
        },
    }


LOGGING = logging_of(environment().log_level.upper())
