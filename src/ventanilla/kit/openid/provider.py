"""What the operator says of the provider, and how signing in fails."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Provider:
    """Addresses, names and manners of one provider. Nothing is discovered: what is not here is not believed.

    `issuers` are all the values of `iss` that are believed: providers exist whose tokens and documents differ
    (domain.md T6). `scopes` by spaces. `logout_url` may be "".
    """

    issuers: frozenset[str]
    client_id: str
    client_secret: str
    authorize_url: str
    token_url: str
    userinfo_url: str
    jwks_url: str
    logout_url: str = ""
    scopes: str = "openid"
    sends_secret_in_body: bool = False
    """The secret goes in the form (client_secret_post); else in the header (client_secret_basic)."""
    uses_pkce: bool = True
    timeout_seconds: float = 5.0
    """How long one answer may take, from the first byte to the last."""


class SignInFailed(Exception):
    """`reason` is a code for logs and tests; it never holds a value that the provider or the browser sent."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class ProviderUnreachable(SignInFailed):
    """The provider is away, slow or out of order: trying later may help."""


class ProviderNotBelieved(SignInFailed):
    """The provider answered something that is not believed: somebody lies, or a setting is wrong."""
