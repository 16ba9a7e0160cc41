"""The API holds to its own OpenAPI document, whatever a program sends."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi import checks

from ventanilla.api.tests.conftest import World, mail

BOUNDED = settings(
    max_examples=30,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
)
"""All examples of a call meet the same world: what earlier ones left, as real programs do."""

CHECKS: list[Any] = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_schema_conformance,
]

DOCUMENT = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application())
OPERATIONS = [found.ok() for found in DOCUMENT.get_all_operations() if isinstance(found, Ok)]


@contextmanager
def one_connection() -> Iterator[None]:
    """Keep the test's connection, with its transaction, from request to request, as Django's own test client does."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.parametrize("mode", GenerationMode, ids=lambda mode: mode.value)
@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.label)
def test_whatever_is_sent_gets_a_documented_answer(operation: Any, mode: GenerationMode, world: World) -> None:
    """To addresses made up, and to those of things that exist."""
    headers = {"Authorization": f"Bearer {world.supervisor_program.token}"}
    waiting = world.agent_program.post(f"deliveries/{world.account.address}", raw=b"\x00" * 50).json()
    code = world.receive(mail("Hola."))
    world.agent_program.post(f"cases/{code}/notes", {"text": "Visto."})
    real = {"code": code, "account": world.account.address, "delivery_id": waiting["delivery"], "file_id": 1}

    @given(case=operation.as_strategy(generation_mode=mode))
    @BOUNDED
    def check(case: Any) -> None:
        case.validate_response(case.call(headers=headers), checks=CHECKS)
        if case.path_parameters:
            case.path_parameters = {name: real[name] for name in case.path_parameters}
            case.validate_response(case.call(headers=headers), checks=CHECKS)

    with one_connection():
        check()
