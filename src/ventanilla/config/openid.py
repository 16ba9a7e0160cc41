"""The citizens' sign-in provider, from the environment: Usuario gub.uy, its testing host, or another of its shape."""

from urllib.parse import urlsplit

from ventanilla.accounts.gubuy import SCOPES
from ventanilla.config.env import BadEnvironment, Environment
from ventanilla.kit.openid.provider import Provider

HOST = "auth.iduruguay.gub.uy"
TESTING_HOST = "auth-testing.iduruguay.gub.uy"
PATH = "/oidc/v1"
DEMO_PATH = "/demo/gubuy"


def provider(given: Environment) -> Provider | None:
    """None where no client is named: then nobody signs in this way, but in the demo at a stand-in of ours.

    Raises BadEnvironment.
    """
    if not given.oidc_client_id:
        host = given.host if given.host not in ("0.0.0.0", "::") else "127.0.0.1"  # noqa: S104 # compared, not bound
        return demo_provider(f"http://{f'[{host}]' if ':' in host else host}:{given.port}") if given.demo else None
    if not given.oidc_client_secret:
        raise BadEnvironment("Falta VENTANILLA_OIDC_CLIENT_SECRET: el proveedor lo da junto con el identificador.")
    base = (given.oidc_base_url or f"https://{TESTING_HOST if given.oidc_testing else HOST}{PATH}").rstrip("/")
    made = Provider(
        issuers=_issuers(given.oidc_issuers, base),
        client_id=given.oidc_client_id,
        client_secret=given.oidc_client_secret,
        authorize_url=given.oidc_authorize_url or f"{base}/authorize",
        token_url=given.oidc_token_url or f"{base}/token",
        userinfo_url=given.oidc_userinfo_url or f"{base}/userinfo",
        jwks_url=given.oidc_jwks_url or f"{base}/jwks",
        logout_url=given.oidc_logout_url or f"{base}/logout",
        scopes=given.oidc_scopes or SCOPES,
        sends_secret_in_body=given.oidc_token_auth == "body",  # noqa: S105 # a manner, not a secret
        uses_pkce=given.oidc_pkce,
        timeout_seconds=given.oidc_timeout_seconds,
    )
    for name in ("authorize_url", "token_url", "userinfo_url", "jwks_url", "logout_url"):
        _is_safe(name, getattr(made, name))
    if "openid" not in made.scopes.split():
        raise BadEnvironment("VENTANILLA_OIDC_SCOPES tiene que incluir openid.")
    return made


def demo_provider(house: str) -> Provider:
    """The stand-in of demo/gubuy.py. Browsers go there by a path, under whatever name they call the house."""
    return Provider(
        issuers=frozenset({f"{house}{DEMO_PATH}"}),
        client_id="ventanilla-demo",
        client_secret="demo",  # noqa: S106 # opens nothing outside demo mode
        authorize_url=f"{DEMO_PATH}/authorize",
        token_url=f"{house}{DEMO_PATH}/token",
        userinfo_url=f"{house}{DEMO_PATH}/userinfo",
        jwks_url=f"{house}{DEMO_PATH}/jwks",
        logout_url=f"{DEMO_PATH}/logout",
        scopes=SCOPES,
    )


def _issuers(given: str, base: str) -> frozenset[str]:
    """The named ones; else both forms in which ID Uruguay was seen to name itself (domain.md T6)."""
    named = frozenset(part.strip() for part in given.split(",") if part.strip())
    parts = urlsplit(base)
    return named or frozenset({base, f"{parts.scheme}://{parts.netloc}"})


def _is_safe(name: str, url: str) -> None:
    """Secrets and names travel there: encrypted, or not off this machine."""
    parts = urlsplit(url)
    if parts.scheme == "https" and parts.hostname:
        return
    if parts.scheme == "http" and parts.hostname in ("127.0.0.1", "localhost", "::1"):
        return
    raise BadEnvironment(f"VENTANILLA_OIDC_{name.upper()} tiene que empezar con https://.")
