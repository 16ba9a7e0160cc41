"""The API holds to its own OpenAPI document, whatever a program sends."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import schemathesis
from django.core.cache import cache
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi import checks

from ventanilla.api.tests.conftest import World, mail
from ventanilla.intake.actions import create_account
from ventanilla.organisation.actions import change_body
from ventanilla.organisation.scoping import scope

BOUNDED = settings(
    max_examples=30,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
)
"""All examples of a call meet the same world: what earlier ones left, as real programs do."""
BOUNDED_WITHOUT = settings(BOUNDED, max_examples=12)

CHECKS: list[Any] = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_schema_conformance,
]

DOCUMENT = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application())
REQUESTS = "POST /api/v1/requests"
OPERATIONS = [found.ok() for found in DOCUMENT.get_all_operations() if isinstance(found, Ok)]


@contextmanager
def one_connection() -> Iterator[None]:
    """Keep the test's connection, with its transaction, from request to request, as Django's own test client does."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def open_world(world: World) -> World:
    """Its body has a portal at the host that is asked, and takes requests of anybody."""
    cache.clear()
    with scope({world.body.pk}):
        create_account(world.body, "portal", "ejemplo", "Portal")
    change_body(world.body, host_names=["localhost", "testserver"], allows_anonymous=True)
    return world


@pytest.mark.parametrize("mode", GenerationMode, ids=lambda mode: mode.value)
@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.label)
def test_whatever_is_sent_gets_a_documented_answer(operation: Any, mode: GenerationMode, open_world: World) -> None:
    """To addresses made up, and to those of things that exist."""
    world = open_world
    headers = {"Authorization": f"Bearer {world.supervisor_program.token}"}
    waiting = world.agent_program.post(f"deliveries/{world.account.address}", raw=b"\x00" * 50).json()
    code = world.receive(mail("Hola."))
    world.agent_program.post(f"cases/{code}/notes", {"text": "Visto."})
    real = {"code": code, "account": world.account.address, "delivery_id": waiting["delivery"], "file_id": 1}
    seen: Counter[int] = Counter()

    @given(case=operation.as_strategy(generation_mode=mode))
    @BOUNDED
    def check(case: Any) -> None:
        answer = case.call(headers=headers)
        case.validate_response(answer, checks=CHECKS)
        seen[answer.status_code] += 1
        if case.path_parameters:
            case.path_parameters = {name: real[name] for name in case.path_parameters}
            case.validate_response(case.call(headers=headers), checks=CHECKS)

    with one_connection():
        check()
    if operation.label == REQUESTS and mode is GenerationMode.POSITIVE:
        assert seen[201], seen


@pytest.mark.parametrize("mode", GenerationMode, ids=lambda mode: mode.value)
@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.label)
def test_a_program_without_a_token_gets_a_documented_answer(
    operation: Any, mode: GenerationMode, open_world: World
) -> None:
    """Which is 401, but where anybody may come in."""
    headers = {"Authorization": ""}
    seen: Counter[int] = Counter()

    @given(case=operation.as_strategy(generation_mode=mode))
    @BOUNDED_WITHOUT
    def check(case: Any) -> None:
        answer = case.call(headers=headers)
        case.validate_response(answer, checks=CHECKS)
        seen[answer.status_code] += 1

    with one_connection():
        check()
    if operation.label != REQUESTS:
        assert set(seen) <= {401, 405, 415}, seen
    elif mode is GenerationMode.POSITIVE:
        assert seen[201], seen
