"""How the tests of staff's security come in, and what they look at."""

import time
from typing import Any

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core.cache import cache
from django.test import Client

from ventanilla.journal.models import Fact

PASSWORD = "una-clave-larga"
LOCKED = "Hubo demasiados intentos"


def code_of(secret: str) -> str:
    """What the app shows: RFC 6238, computed from the secret alone."""
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30)))


def sign_in(client: Client, username: str = "ana", password: str = PASSWORD) -> Any:
    return client.post("/ingresar/", {"login": username, "password": password})


def is_in(client: Client) -> bool:
    return client.get("/ingresar/seguridad/").status_code == 200


def facts(kind: str) -> list[dict[str, Any]]:
    return [fact.details for fact in Fact.objects.filter(kind=f"accounts.{kind}").order_by("id")]


def attempts(client: Client, count: int, username: str = "ana", **where: Any) -> str:
    answer = ""
    for _time in range(count):
        cache.clear()
        answer = client.post("/ingresar/", {"login": username, "password": "otra"}, **where).content.decode()
    return answer
