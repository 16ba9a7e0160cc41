"""Which database: the one in DATABASE_URL, or the embedded one of the state directory."""

from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from ventanilla.config.env import BadEnvironment, environment
from ventanilla.kit import embedded

POOL_MAX_CONNECTIONS = 16


def url() -> str:
    return environment().database_url or embedded.place(environment().home).url


def django_settings(address: str) -> dict[str, Any]:
    """Django's DATABASES entry for a postgresql:// address. Raises BadEnvironment."""
    parts = urlsplit(address)
    if parts.scheme not in ("postgresql", "postgres"):
        raise BadEnvironment("DATABASE_URL tiene que empezar con postgresql:// (Ventanilla funciona con PostgreSQL).")
    query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    host = query.pop("host", "") or parts.hostname or ""
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(parts.port or ""),
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"pool": {"min_size": 1, "max_size": POOL_MAX_CONNECTIONS, "timeout": 30}, **query},
    }
