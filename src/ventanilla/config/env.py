"""The only reader of environment variables, typed. docs/operations.md explains each (a test compares)."""

import os
import secrets
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

PREFIX = "VENTANILLA_"


class BadEnvironment(Exception):
    """The environment does not make sense; the message says what to mend, in Spanish."""


class Environment(BaseSettings):
    """What operators may set. Addresses are host names or IP numbers; sizes are bytes unless the name says else."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, populate_by_name=True)

    home: Path = Path("var")
    """Directory of all state: embedded database, files, generated secret."""
    host: str = "127.0.0.1"
    port: int = 8000
    mail_port: int = 2525
    mail_host: str = ""
    """Address of the mail listener; "" means the same as `host`."""
    mail_tls_cert: Path | None = None
    mail_tls_key: Path | None = None
    mail_trusted_relays: str = ""
    """Networks (CIDR, comma separated) of relays whose Authentication-Results are believed."""
    mail_protocol: Literal["smtp", "lmtp"] = "smtp"
    mail_max_bytes: int = 100 * 1024 * 1024
    smtp_url: str = ""
    """smtp://user:password@host:port for outgoing mail; "" keeps it (shown in demo mode)."""
    graph_url: str = "https://graph.facebook.com"
    secret_key: str = ""
    allowed_hosts: str = ""
    log_level: str = "INFO"
    demo: bool = False
    debug: bool = False
    raw_in_database_max_bytes: int = 256 * 1024
    """Raw deliveries up to this size stand in the database, larger ones in storage."""
    database_url: str = Field(default="", validation_alias="DATABASE_URL")
    redis_url: str = Field(default="", validation_alias="REDIS_URL")


def known_variables() -> set[str]:
    aliases = {"database_url": "DATABASE_URL", "redis_url": "REDIS_URL"}
    return {aliases.get(name, PREFIX + name.upper()) for name in Environment.model_fields}


@cache
def environment() -> Environment:
    """Read the environment once. Raises BadEnvironment."""
    unknown = sorted(name for name in os.environ if name.startswith(PREFIX) and name not in known_variables())
    if unknown:
        known = ", ".join(sorted(known_variables()))
        raise BadEnvironment(f"Variables de entorno desconocidas: {', '.join(unknown)}. Las que existen: {known}.")
    try:
        return Environment()
    except ValidationError as problem:
        details = "; ".join(f"{PREFIX}{str(error['loc'][0]).upper()}: {error['msg']}" for error in problem.errors())
        raise BadEnvironment(f"Variables de entorno con valores que no sirven: {details}") from problem


def secret_key() -> str:
    """The installation's secret: set by the operator, or made once and kept in the state directory."""
    given = environment().secret_key
    if given:
        return given
    path = environment().home / "secret_key"
    try:
        return path.read_text().strip()
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        # O_EXCL: when two processes start at once, one makes the key and the other reads it.
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return path.read_text().strip()
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(48))
        return path.read_text().strip()
