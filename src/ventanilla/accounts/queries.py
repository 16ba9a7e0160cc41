"""Who is this, and what may they do."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from ventanilla.accounts.models import ApiToken, Membership, User, UserKind
from ventanilla.accounts.rules import OPERATOR, RIGHTS, Right, digest_of, is_token, rights_of


def memberships_of(user: Any) -> list[Membership]:
    """What this user is in each active body; nothing for citizens, strangers and whoever left."""
    return _memberships(user) if is_staff_member(user) else []


def _memberships(user: User) -> list[Membership]:
    """The user's memberships, asked once for each instance: each request makes its own."""
    cached: list[Membership] | None = getattr(user, "_memberships_seen", None)
    if cached is None:
        cached = list(user.memberships.select_related("public_body").filter(public_body__is_active=True))
        user._memberships_seen = cached  # type: ignore[attr-defined] # a per-request memo on the instance
    return cached


def is_staff_member(user: Any) -> bool:
    return isinstance(user, User) and user.is_active and user.kind == UserKind.STAFF


def body_ids_of(user: Any) -> frozenset[int]:
    """The bodies that this user may see; none for citizens and strangers."""
    if not is_staff_member(user):
        return frozenset()
    return frozenset(membership.public_body_id for membership in _memberships(user))


def body_names_of(user: Any) -> dict[int, str]:
    """What the bodies that this user may see are called, in the order of their names."""
    if not is_staff_member(user):
        return {}
    bodies = {membership.public_body_id: membership.public_body.name for membership in _memberships(user)}
    return dict(sorted(bodies.items(), key=lambda pair: pair[1]))


def rights_in(user: Any, body_id: int) -> frozenset[Right]:
    """What the table says; doors ask flow.sight, which also knows units and contracts."""
    if not is_staff_member(user):
        return frozenset()
    return rights_of(membership.role for membership in _memberships(user) if membership.public_body_id == body_id)


def rights_anywhere(user: Any) -> frozenset[Right]:
    if not is_staff_member(user):
        return frozenset()
    return rights_of(membership.role for membership in _memberships(user)) | rights_without_body(user)


def rights_without_body(user: Any) -> frozenset[Right]:
    """Of whoever runs the machine."""
    return OPERATOR if is_staff_member(user) and user.is_superuser else frozenset()


def body_ids_with(user: Any, right: Right) -> frozenset[int]:
    return frozenset(body_id for body_id in body_ids_of(user) if right in rights_in(user, body_id))


def staff_ids_of(body_ids: frozenset[int]) -> list[int]:
    return list(
        Membership.objects.filter(public_body_id__in=body_ids, user__is_active=True)
        .values_list("user_id", flat=True)
        .distinct()
    )


def staff_ids_with(right: Right, body_id: int) -> list[int]:
    """Active staff with a role in that body that gives the right."""
    roles = [role for role, rights in RIGHTS.items() if right in rights]
    found = Membership.objects.filter(public_body_id=body_id, role__in=roles, user__is_active=True)
    return sorted(set(found.values_list("user_id", flat=True)))


def user_of_token(token: str) -> User | None:
    """The active staff user whose token this is."""
    found = token_in_use(token)
    return found.user if found else None


def token_in_use(token: str) -> ApiToken | None:
    """The same with the token's own row, for what hangs from it."""
    if not is_token(token):
        return None
    rows = ApiToken.objects.select_related("user").filter(digest=digest_of(token), revoked_at__isnull=True)
    return rows.filter(user__is_active=True, user__kind=UserKind.STAFF).first()


def staff_member(user_id: int) -> User | None:
    """Her, if she is still active staff; a fresh instance, which has remembered nothing."""
    return User.objects.filter(pk=user_id, kind=UserKind.STAFF, is_active=True).first()


def users_by_id(ids: set[int]) -> dict[int, User]:
    return User.objects.in_bulk(ids)


def by_username(username: str) -> User | None:
    return User.objects.filter(username=username, kind=UserKind.STAFF).first()


@dataclass(frozen=True, slots=True)
class StaffFrame:
    """What the frame of a staff page shows."""

    display_name: str
    body_name: str
    can_see_board: bool
    can_configure: bool


def staff_frame(user: Any, hidden: Collection[int] = ()) -> StaffFrame | None:
    """`hidden` are bodies of hers that she sees nothing of any more: not even their names."""
    if not is_staff_member(user):
        return None
    rights = rights_anywhere(user)
    shown = [membership for membership in _memberships(user) if membership.public_body_id not in hidden]
    names = list(dict.fromkeys(membership.public_body.name for membership in shown))
    return StaffFrame(user.display_name, " · ".join(names), Right.SEE_BOARD in rights, Right.CONFIGURE in rights)
