"""Who acts: a member of staff, a person through a channel, or the house itself."""

from dataclasses import dataclass
from enum import StrEnum


class ActorKind(StrEnum):
    SYSTEM = "system"
    STAFF = "staff"
    CITIZEN = "citizen"
    TOKEN = "token"  # noqa: S105 # the name of a kind
    """A program that holds a staff member's API token; `id` is the staff member."""


@dataclass(frozen=True, slots=True)
class Actor:
    """`id` is a user id for staff and tokens, a contact id for citizens, None for the house."""

    kind: ActorKind
    id: int | None = None

    @property
    def user_id(self) -> int | None:
        return self.id if self.kind in (ActorKind.STAFF, ActorKind.TOKEN) else None


SYSTEM = Actor(ActorKind.SYSTEM)


def staff(user_id: int) -> Actor:
    return Actor(ActorKind.STAFF, user_id)


def citizen(contact_id: int | None) -> Actor:
    return Actor(ActorKind.CITIZEN, contact_id)
