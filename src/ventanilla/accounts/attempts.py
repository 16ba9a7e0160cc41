"""Who is counted when somebody tries to sign in: the name (or whose second factor it is), and the address.

A browser that has signed in under a name before is counted apart from the rest of the world, so that a stranger who
guesses at a name does not lock its owner out of her own machine (OWASP's "device cookies").
"""

import hashlib
import hmac
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest

from ventanilla.accounts.lockout import OF_A_NAME, OF_A_SECOND_FACTOR, OF_AN_ADDRESS, Patience
from ventanilla.accounts.models import KnownDevice, User
from ventanilla.accounts.rules import digest_of
from ventanilla.kit.limits import client_network

DEVICE_COOKIE = "ventanilla_device"


@dataclass(frozen=True, slots=True)
class Guard:
    """One count: its key, whose it is (None: an address, or nobody's name) and how patient it is."""

    key: str
    of: str
    """`name`, `second_factor` or `address`, as the journal tells it."""
    patience: Patience
    user_id: int | None = None

    @property
    def is_shared(self) -> bool:
        return self.of == "address"


@dataclass(frozen=True, slots=True)
class Claim:
    guard: Guard
    is_lock: bool
    """Whether this attempt, if it fails, is the one too many."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt that was counted and not yet decided."""

    claims: tuple[Claim, ...]


def guards_of_password(request: HttpRequest, username: str) -> list[Guard]:
    """The same shape and the same number of counts whether the name exists or not."""
    name = username.strip().lower()
    user = User.objects.filter(username__iexact=name).only("pk").first()
    user_id = user.pk if user else None
    device = request.COOKIES.get(DEVICE_COOKIE, "")
    is_hers = bool(user and device) and KnownDevice.objects.filter(user=user, digest=digest_of(device)).exists()
    place = f"name:{name}:{device}" if is_hers else f"name:{name}"
    return [*_of_address(request), Guard(_key(place), "name", OF_A_NAME, user_id)]


def guards_of_second_factor(request: HttpRequest, user_id: int) -> list[Guard]:
    guard = Guard(_key(f"second:{user_id}"), "second_factor", OF_A_SECOND_FACTOR, user_id)
    return [*_of_address(request), guard]


def _of_address(request: HttpRequest) -> list[Guard]:
    network = client_network(request)
    return [Guard(_key(f"address:{network}"), "address", OF_AN_ADDRESS)] if network else []


def _key(place: str) -> str:
    """Keyed, so that the table cannot be turned back into names and addresses by trying all of them."""
    return hmac.new(settings.SECRET_KEY.encode(), f"attempt:{place}".encode(), hashlib.sha256).hexdigest()
