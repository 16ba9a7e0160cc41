"""Who is let in, and how the door says no."""

import json
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

from ventanilla.accounts.actions import revoke_tokens
from ventanilla.accounts.queries import by_username
from ventanilla.api.tests.conftest import Program, World, checked, mail


@pytest.mark.parametrize(
    "authorization",
    ["", "Bearer", "Bearer ", "Basic YTpi", "Bearer x", "Bearer vt_" + "a" * 43, "vt_x", "Bearer ñ", "Bearer \x00"],
)
def test_without_a_good_token_nobody_enters(world: World, client: Client, authorization: str) -> None:
    response: Any = client.get("/api/v1/cases", headers={"Authorization": authorization} if authorization else {})
    assert checked(response).status_code == 401
    assert response["WWW-Authenticate"].startswith('Bearer realm="ventanilla"')


def test_a_bad_token_is_told_apart_from_none(world: World) -> None:
    assert 'error="invalid_token"' in Program("vt_" + "a" * 43).get("cases")["WWW-Authenticate"]
    assert "error" not in world.nobody.get("cases")["WWW-Authenticate"]


def test_a_session_cookie_opens_nothing(world: World, client: Client) -> None:
    user = by_username("supervisora")
    assert user is not None
    code = world.receive(mail("Hola."))
    client.force_login(user)
    assert client.get("/api/v1/cases").status_code == 401
    response = client.post(f"/api/v1/cases/{code}/notes", {"text": "x"}, content_type="application/json")
    assert response.status_code == 401


def test_a_cookie_does_not_widen_what_a_token_sees(world: World, client: Client) -> None:
    user = by_username("supervisora")
    assert user is not None
    code = world.receive(mail("Hola."))
    client.force_login(user)
    seen = Program(world.stranger_program.token, client).get(f"cases/{code}")
    assert seen.status_code == 404


def test_a_revoked_token_and_an_inactive_user_are_out(world: World) -> None:
    user = by_username("agente")
    assert user is not None
    assert world.agent_program.get("cases").status_code == 200
    revoke_tokens(user)
    assert world.agent_program.get("cases").status_code == 401
    colleague = by_username("colega")
    assert colleague is not None
    colleague.is_active = False
    colleague.save()
    assert world.colleague_program.get("cases").status_code == 401


@pytest.mark.parametrize("path", ["", "v1/", "v1/nada", "v2/cases", "v1/cases/", "v1/cases/a/b/c", "v1/../x"])
@pytest.mark.parametrize("method", ["get", "post", "put", "delete"])
def test_unknown_addresses_are_404(world: World, client: Client, path: str, method: str) -> None:
    response: Any = getattr(client, method)(f"/api/{path}")
    assert checked(response).status_code == 404


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("put", "cases", "GET"),
        ("delete", "cases/K7M4-X9PT", "GET"),
        ("get", "cases/K7M4-X9PT/replies", "POST"),
        ("options", "quarantine", "GET"),
        ("post", "openapi.json", "GET, HEAD"),
    ],
)
def test_a_method_that_is_not_there(world: World, client: Client, method: str, path: str, allowed: str) -> None:
    response: Any = getattr(client, method)(f"/api/v1/{path}")
    assert checked(response).status_code == 405
    assert response["Allow"] == allowed


@pytest.mark.parametrize(
    "raw",
    [
        b"{", b"nada", b"{'text': 'x'}", b'{"text": NaN}', b'{"text": Infinity}', b'{"text": "\xff"}',
        b'{"text": "a\\u0000b"}',
        b'{"text": "\\ud800"}', b'{"a\\u0000": 1}', b"[" * 100_000, b"1" * 10_000, b"\xff\xfe{\x00}\x00",
    ],
)  # fmt: skip
def test_what_is_no_json_is_400(world: World, raw: bytes) -> None:
    code = world.receive(mail("Hola."))
    response = world.agent_program.post(f"cases/{code}/notes", raw=raw, media_type="application/json")
    assert response.status_code == 400


def test_json_that_holds_more_than_any_text_is_413(world: World) -> None:
    code = world.receive(mail("Hola."))
    assert world.agent_program.post(f"cases/{code}/notes", {"text": "🌳" * 100_000}).status_code == 201
    assert world.agent_program.post(f"cases/{code}/notes", {"text": "x" * 2 * 1024 * 1024}).status_code == 413


@pytest.mark.parametrize(
    "media_type", ["text/plain", "application/x-www-form-urlencoded", "application/xml", "multipart/form-data"]
)
def test_what_is_not_called_json_is_415(world: World, media_type: str) -> None:
    code = world.receive(mail("Hola."))
    raw = json.dumps({"text": "x"}).encode()
    assert world.agent_program.post(f"cases/{code}/notes", raw=raw, media_type=media_type).status_code == 415


def test_json_may_name_its_charset(world: World) -> None:
    code = world.receive(mail("Hola."))
    raw = json.dumps({"text": "x"}).encode()
    response = world.agent_program.post(f"cases/{code}/notes", raw=raw, media_type="application/json; charset=utf-8")
    assert response.status_code == 201


def test_the_documentation_is_ours_alone(client: Client) -> None:
    page = client.get("/api/v1/docs")
    assert page.status_code == 200
    html = page.content.decode()
    assert "/api/v1/openapi.json" in html
    assert "http://" not in html
    assert "https://" not in html
    for name in ("ninja/swagger-ui.css", "ninja/swagger-ui-bundle.js", "ninja/swagger-ui-init.js", "ninja/favicon.svg"):
        assert f"/static/{name}" in html
        assert finders.find(name)


def test_the_document_says_how_to_enter_and_what_goes_wrong(client: Client) -> None:
    document = client.get("/api/v1/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    assert document["components"]["securitySchemes"]["BearerToken"] == {"type": "http", "scheme": "bearer"}
    for path, operations in document["paths"].items():
        for operation in operations.values():
            is_for_anybody = path == "/api/v1/requests"
            assert operation["security"] == [*([{}] if is_for_anybody else []), {"BearerToken": []}], path
            for status, response in operation["responses"].items():
                if int(status) >= 400:
                    assert list(response["content"]) == ["application/problem+json"], path
