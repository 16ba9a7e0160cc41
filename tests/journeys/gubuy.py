"""A provider in the shape of Usuario gub.uy on this machine, which can also lie. Real HTTP, real signatures."""

import base64
import hashlib
import hmac
import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
import requests
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.http import HttpResponse
from django.test import Client

from ventanilla.kit import clock
from ventanilla.kit.openid.provider import Provider
from ventanilla.web.citizen import session

CLIENT_ID = "cliente-ejemplo"
CLIENT_SECRET = "un-secreto-largo-de-ejemplo-para-las-pruebas"

NAME = "María Elena Pérez Gómez"
PERSON: dict[str, Any] = {
    "sub": "4711",
    "uid": "uy-ci-12345672",
    "nombre_completo": "María Elena Pérez Gómez",
    "primer_nombre": "María",
    "segundo_nombre": "Elena",
    "primer_apellido": "Pérez",
    "segundo_apellido": "Gómez",
    "pais_documento": "uy",
    "tipo_documento": "ci",
    "numero_documento": "12345672",
    "email": "Maria.Perez@correo.example",
    "email_verified": True,
    "rid": "2",
    "ae": "urn:iduruguay:ae:1",
}


@dataclass
class FakeGubuy:
    """What it answers, and what it was asked. `lies` are names of the ways to misbehave (see below)."""

    port: int = 0
    key: rsa.RSAPrivateKey = field(default_factory=lambda: rsa.generate_private_key(65537, 2048))
    kid: str = "llave-1"
    person: dict[str, Any] = field(default_factory=lambda: dict(PERSON))
    acr: str | None = "urn:iduruguay:nid:1"
    lies: set[str] = field(default_factory=set)
    claims: dict[str, Any] = field(default_factory=dict)
    """Put into the id_token over what is true."""
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str], dict[str, str]]] = field(default_factory=list)
    """Path, headers, form or query; oldest first."""

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}/oidc/v1"

    def provider(self, **changes: Any) -> Provider:
        made: dict[str, Any] = {
            "issuers": frozenset({self.base, f"http://127.0.0.1:{self.port}"}),
            "client_id": CLIENT_ID,
            "client_secret": CLIENT_SECRET,
            "authorize_url": f"{self.base}/authorize",
            "token_url": f"{self.base}/token",
            "userinfo_url": f"{self.base}/userinfo",
            "jwks_url": f"{self.base}/jwks",
            "logout_url": f"{self.base}/logout",
            "scopes": "openid personal_info email document",
            "timeout_seconds": 15.0,
        }
        return Provider(**{**made, **changes})

    def count(self, page: str) -> int:
        return sum(path == f"/oidc/v1/{page}" for path, _headers, _form in self.asked)

    def last(self, page: str) -> tuple[dict[str, str], dict[str, str]]:
        return next((headers, form) for path, headers, form in reversed(self.asked) if path == f"/oidc/v1/{page}")

    # The pages: (status, headers, body).

    def authorize(self, query: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
        if "denies" in self.lies:
            given = {"error": "access_denied", "state": query["state"]}
        else:
            code = secrets.token_urlsafe(16)
            self.codes[code] = query
            given = {"code": code, "state": query["state"]}
        return 302, {"Location": f"{query['redirect_uri']}?{urlencode(given)}"}, b""

    def token(self, headers: dict[str, str], form: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
        asked = self.codes.pop(form.get("code", ""), None)
        if not self._is_client(headers, form):
            return _json({"error": "invalid_client"}, 401)
        if asked is None or form["redirect_uri"] != asked["redirect_uri"]:
            return _json({"error": "invalid_grant"}, 400)
        challenge = asked.get("code_challenge")
        if challenge and challenge != _urlsafe(hashlib.sha256(form.get("code_verifier", "").encode()).digest()):
            return _json({"error": "invalid_grant"}, 400)
        access_token = secrets.token_urlsafe(16)
        answer = {"access_token": access_token, "token_type": "Bearer", "expires_in": 3600}
        if "no_id_token" not in self.lies:
            answer["id_token"] = self._id_token(asked, access_token)
        return _json(answer)

    @staticmethod
    def _is_client(headers: dict[str, str], form: dict[str, str]) -> bool:
        joined = base64.b64encode(f"{CLIENT_ID}:{CLIENT_SECRET}".encode()).decode()
        in_body = (form.get("client_id"), form.get("client_secret")) == (CLIENT_ID, CLIENT_SECRET)
        return in_body != (headers.get("authorization") == f"Basic {joined}")

    def _id_token(self, asked: dict[str, str], access_token: str) -> str:
        now = int(clock.now().timestamp())
        claims: dict[str, Any] = {
            "iss": self.base,
            "aud": CLIENT_ID,
            "sub": self.person["sub"],
            "iat": now,
            "exp": now + 3600,
            "nonce": asked["nonce"],
            "at_hash": _urlsafe(hashlib.sha256(access_token.encode()).digest()[:16]),
            **({"acr": self.acr} if self.acr is not None else {}),
            **self.claims,
        }
        claims = {name: value for name, value in claims.items() if value is not None}
        headers = {"kid": "otra" if "unknown_kid" in self.lies else self.kid}
        if "hs256" in self.lies:
            return jwt.encode(claims, CLIENT_SECRET, "HS256", headers=headers)
        if "hs256_with_public_key" in self.lies:
            # The library refuses to make this token; a liar's would not.
            return _confused(claims, headers, self.key)
        if "none" in self.lies:
            return jwt.encode(claims, None, "none", headers=headers)
        if "rs512" in self.lies:
            return jwt.encode(claims, self.key, "RS512", headers=headers)
        if "other_key" in self.lies:
            return jwt.encode(claims, rsa.generate_private_key(65537, 2048), "RS256", headers=headers)
        token = jwt.encode(claims, self.key, "RS256", headers=headers)
        if "tampered" in self.lies:
            head, _body, signature = token.split(".")
            return f"{head}.{_urlsafe(json.dumps({**claims, 'sub': '1'}).encode())}.{signature}"
        return "esto.no-es.un-token" if "rubbish" in self.lies else token

    def userinfo(self, headers: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
        if not headers.get("authorization", "").startswith("Bearer "):
            return _json({"error": "invalid_token"}, 401)
        if "other_sub" in self.lies:
            return _json({**self.person, "sub": "otra"})
        return _json(self.person)

    def jwks(self) -> tuple[int, dict[str, str], bytes]:
        made = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key()))
        return _json({"keys": [{**made, "kid": self.kid, "use": "sig", "alg": "RS256"}]})


def _confused(claims: dict[str, Any], headers: dict[str, Any], key: rsa.RSAPrivateKey) -> str:
    public = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    head = _urlsafe(json.dumps({"alg": "HS256", "typ": "JWT", **headers}).encode())
    signed = f"{head}.{_urlsafe(json.dumps(claims).encode())}"
    return f"{signed}.{_urlsafe(hmac.new(public, signed.encode(), hashlib.sha256).digest())}"


def _urlsafe(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def _json(value: Any, status: int = 200) -> tuple[int, dict[str, str], bytes]:
    return status, {"Content-Type": "application/json"}, json.dumps(value).encode()


@contextmanager
def serving() -> Iterator[FakeGubuy]:
    """The provider on a free port, until the block ends."""
    fake = FakeGubuy()

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer(_flat(urlsplit(self.path).query))

        def do_POST(self) -> None:
            self._answer(_flat(self.rfile.read(int(self.headers["Content-Length"])).decode()))

        def log_message(self, *args: Any) -> None:
            """Silent: a test's output is for failures."""

        def _answer(self, given: dict[str, str]) -> None:
            path = urlsplit(self.path).path
            page = path.rpartition("/")[2]
            headers = {name.lower(): value for name, value in self.headers.items()}
            fake.asked.append((path, headers, given))
            if f"{page}_500" in fake.lies:
                status, more, body = _json({"error": "server_error"}, 500)
            elif f"{page}_rubbish" in fake.lies:
                status, more, body = 200, {"Content-Type": "text/html"}, b"<html>hola</html>"
            elif f"{page}_elsewhere" in fake.lies:
                status, more, body = 302, {"Location": f"{fake.base}/person"}, b""
            elif f"{page}_huge" in fake.lies:
                status, more, body = _json({**fake.person, "more": "x" * 2_000_000})
            elif page == "authorize":
                status, more, body = fake.authorize(given)
            elif page == "token":
                status, more, body = fake.token(headers, given)
            elif page == "userinfo":
                status, more, body = fake.userinfo(headers)
            elif page == "person":
                status, more, body = _json(fake.person)
            elif page == "jwks":
                status, more, body = fake.jwks()
            else:
                status, more, body = 404, {}, b""
            try:
                self._write(status, more, body, page)
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True

        def _write(self, status: int, more: dict[str, str], body: bytes, page: str) -> None:
            if f"{page}_silent" in fake.lies:
                time.sleep(1.6)
            self.send_response(status)
            for name, value in {**more, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            if f"{page}_trickles" in fake.lies:
                for place in range(len(body)):
                    self.wfile.write(body[place : place + 1])
                    self.wfile.flush()
                    time.sleep(0.3)
            else:
                self.wfile.write(body)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Page)
    server.daemon_threads = True
    fake.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield fake
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _flat(query: str) -> dict[str, str]:
    return {name: values[-1] for name, values in parse_qs(query, keep_blank_values=True).items()}


def go(browser: Client, **query: str) -> str:
    """Press the button; where the browser is sent."""
    answer = browser.get("/ingresar/gubuy/ir/", query)
    assert answer.status_code == 302
    return str(answer["Location"])


def at_provider(address: str) -> str:
    """Say yes at the provider; the address that it sends the browser back to, without the host."""
    answer = requests.get(address, allow_redirects=False, timeout=5)
    assert answer.status_code == 302
    back = urlsplit(answer.headers["Location"])
    assert (back.scheme, back.netloc) == ("http", "testserver")
    return f"{back.path}?{back.query}"


def sign_in(browser: Client, **query: str) -> HttpResponse:
    answer = browser.get(at_provider(go(browser, **query)))
    assert isinstance(answer, HttpResponse)
    return answer


def proven(browser: Client) -> session.Proven:
    class Request:
        session = browser.session

    return session.proven(Request())  # type: ignore[arg-type] # only its session is read


def query_of(address: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


def is_nobody(browser: Client) -> bool:
    return not proven(browser).identities and "gubuy_id_token" not in browser.session


def words(answer: HttpResponse) -> str:
    return answer.content.decode()
