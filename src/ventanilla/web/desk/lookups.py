"""Names by id, each kind asked for once a page."""

from collections.abc import Iterable
from functools import cached_property
from typing import Any

from ventanilla.accounts import queries as accounts
from ventanilla.catalogue import queries as catalogue
from ventanilla.organisation import queries as organisation
from ventanilla.organisation.scoping import scope
from ventanilla.workforce import queries as workforce


class Lookups:
    """What one page of a body needs to call by name. Ids of users are wanted first and fetched together when asked."""

    def __init__(self, body_id: int) -> None:
        self._body_id = body_id
        self._wanted: set[int] = set()
        self._users: dict[int, str] = {}

    def know_user(self, user: Any) -> None:
        """Somebody whom the request has at hand already."""
        self._users[user.pk] = user.display_name

    def want_users(self, ids: Iterable[int | None]) -> None:
        self._wanted.update(one for one in ids if one is not None)

    def user(self, user_id: int | None) -> str:
        """The display name; "" for nobody."""
        return self.users.get(user_id, "") if user_id is not None else ""

    @property
    def users(self) -> dict[int, str]:
        missing = self._wanted - self._users.keys()
        if missing:
            found = accounts.users_by_id(missing)
            self._users.update({pk: found[pk].display_name if pk in found else "" for pk in missing})
        return self._users

    @cached_property
    def teams(self) -> dict[int, str]:
        with scope({self._body_id}):
            return {team.pk: team.name for team in workforce.teams()}

    @cached_property
    def units(self) -> dict[int, str]:
        with scope({self._body_id}):
            return {unit.pk: unit.name for unit in organisation.units()}

    @cached_property
    def bodies(self) -> dict[int, str]:
        """Every body of the installation: a name is no secret."""
        return {body.pk: body.name for body in organisation.bodies()}

    @cached_property
    def other_bodies(self) -> dict[int, str]:
        """The directory of those outside it, also of what is no longer in use."""
        with scope({self._body_id}):
            return organisation.other_body_names(self._body_id)

    @cached_property
    def services(self) -> dict[int, str]:
        """By name, as they are offered."""
        with scope({self._body_id}):
            return {service.pk: service.name for service in catalogue.services()}
