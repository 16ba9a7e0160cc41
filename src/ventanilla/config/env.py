"""The only reader of environment variables, typed. docs/operations.md explains each (a test compares)."""

import os
import re
import secrets
from functools import cache
from ipaddress import ip_network
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, ValidationError, field_validator
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
    discarded_kept_days: int = Field(default=30, ge=1, le=3650)
    """How long what an agent discarded is kept, in case it was a mistake."""
    second_factor: Literal["administrators", "everybody", "nobody"] = "administrators"
    """Which staff must set up a second factor before anything opens to them; in demo mode nobody."""
    public_url: str = ""
    """Where people find the site, `https://tramites.example.gub.uy`; "" means http:// and `host`:`port`."""
    trusted_proxies: str = ""
    """Networks (CIDR, comma separated) of proxies whose X-Forwarded-For and X-Forwarded-Proto are believed."""
    clamd: str = ""
    """`host:port` or the path of a socket, where ClamAV's daemon listens; "" means that files are not analysed."""
    rate_limits: float = Field(default=1.0, ge=0)
    """Stretches every limit of uses in a time: 2 allows twice as many, 0 turns limits off."""
    oidc_client_id: str = ""
    """How the citizens' sign-in provider knows this site; "" means that nobody signs in there."""
    oidc_client_secret: str = ""
    oidc_testing: bool = False
    """Usuario gub.uy's testing host instead of the real one."""
    oidc_base_url: str = ""
    oidc_issuers: str = ""
    """Values of `iss` that are believed, by commas."""
    oidc_authorize_url: str = ""
    oidc_token_url: str = ""
    oidc_userinfo_url: str = ""
    oidc_jwks_url: str = ""
    oidc_logout_url: str = ""
    oidc_scopes: str = ""
    oidc_token_auth: Literal["basic", "body"] = "basic"  # noqa: S105 # a manner, not a secret
    oidc_pkce: bool = True
    oidc_timeout_seconds: float = Field(default=5.0, gt=0, le=30)
    database_url: str = Field(default="", validation_alias="DATABASE_URL")
    redis_url: str = Field(default="", validation_alias="REDIS_URL")

    @field_validator("public_url")
    @classmethod
    def _is_site(cls, value: str) -> str:
        if value and not re.fullmatch(r"https?://[^/?#@\s]+/?", value):
            raise ValueError("tiene que ser como https://tramites.example.gub.uy, sin nada después del nombre")
        return value.rstrip("/")

    @field_validator("trusted_proxies")
    @classmethod
    def _are_networks(cls, value: str) -> str:
        for part in value.split(","):
            if part.strip():
                ip_network(part.strip())
        return value


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


def public_url(given: Environment) -> str:
    """Where people find the site, without a slash at its end."""
    if given.public_url:
        return given.public_url
    host = {"0.0.0.0": "localhost", "::": "localhost", "127.0.0.1": "localhost"}.get(given.host, given.host)  # noqa: S104 # compared, not bound
    return f"http://{f'[{host}]' if ':' in host else host}:{given.port}"


def host_of(url: str) -> str:
    """The host name of an address, as Django's ALLOWED_HOSTS wants it: without a port."""
    name = urlsplit(url).hostname or ""
    return f"[{name}]" if ":" in name else name
