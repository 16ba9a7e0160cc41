"""Where a member of staff stands: her rights in each body, and which of its cases she sees. Doors ask nothing else.

Three things decide. Her roles (accounts.rules, the one table). Her unit, when each of her roles in a body is in one:
she sees what the unit answers for, its teams, her own teams, and what she attends. A provider's contract, when one of
her teams is a provider's: she sees the cases of its teams, or those that she attends, in its channels, while it lasts.
And whoever has to sign a body's confidentiality statement and has not sees nothing of that body.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Value

from ventanilla.accounts import queries as accounts
from ventanilla.accounts.models import Membership, Role
from ventanilla.accounts.rules import OF_THE_WHOLE_BODY, Right
from ventanilla.accounts.sight import EVERYTHING, Grant, Sight, may_see
from ventanilla.cases import queries as cases
from ventanilla.cases.models import Case
from ventanilla.catalogue import queries as catalogue
from ventanilla.organisation import queries as organisation
from ventanilla.workforce import queries as workforce
from ventanilla.workforce.models import Agent
from ventanilla.workforce.queries import Attending
from ventanilla.workforce.rules import Post, must_sign
from ventanilla.worklist import queries as worklist
from ventanilla.worklist.models import Row


@dataclass(frozen=True, slots=True)
class Standing:
    """`rights` by body; `team_ids` are the teams in use that she is in."""

    user_id: int
    rights: Mapping[int, frozenset[Right]] = field(default_factory=dict)
    without_body: frozenset[Right] = frozenset()
    sight: Sight = EVERYTHING
    team_ids: tuple[int, ...] = ()
    agent: Agent | None = None
    """Herself, when she attends people."""
    unsigned: frozenset[int] = frozenset()
    """Bodies whose confidentiality statement she has to sign before she sees anything of them."""

    @property
    def ended(self) -> frozenset[int]:
        """Bodies of hers whose contract is over: no page of hers says even their names."""
        return frozenset(body_id for body_id in self.rights if self.sight.is_blind(body_id)) - self.unsigned

    def rights_in(self, body_id: int) -> frozenset[Right]:
        return self.rights.get(body_id, frozenset())

    def may(self, right: Right, body_id: int) -> bool:
        return right in self.rights_in(body_id)

    @property
    def rights_anywhere(self) -> frozenset[Right]:
        return self.without_body.union(*self.rights.values())

    def body_ids_with(self, right: Right) -> frozenset[int]:
        return frozenset(body_id for body_id, rights in self.rights.items() if right in rights)

    def is_hers(self, row: Row) -> bool:
        """Whether the case has to do with her work: she or her team attends it, or her unit answers for it."""
        if row.agent_user_id == self.user_id or row.team_id in self.team_ids:
            return True
        if not set(self.team_ids).isdisjoint(row.also_team_ids):
            return True
        return not self.sight.is_whole(row.public_body_id) and may_see(self.sight, row)


def standing(user: Any) -> Standing:
    """Hers, asked once for each instance of the user: each request makes its own. One query beside her roles; one
    more for a unit or a contract."""
    known: Standing | None = getattr(user, "_standing", None)
    if known is None:
        known = _standing(user)
        if user is not None:
            user._standing = known
    return known


def standing_now(user_id: int) -> Standing:
    """The same, asked anew: for what stays open longer than a request."""
    return standing(accounts.staff_member(user_id))


def sees(who: Standing, case: Case) -> bool:
    """Whether she reads this case. No query unless she sees a part of the body."""
    if not who.may(Right.SEE_CASES, case.public_body_id):
        return False
    if who.sight.is_whole(case.public_body_id):
        return True
    row = worklist.row(case.pk)
    return row is not None and may_see(who.sight, row)


def seen_cases(who: Standing, found: Iterable[Case]) -> list[Case]:
    """Those that she reads, in their order; at most one query."""
    in_body = [case for case in found if who.may(Right.SEE_CASES, case.public_body_id)]
    if all(who.sight.is_whole(case.public_body_id) for case in in_body):
        return in_body
    rows = worklist.rows([case.pk for case in in_body])
    return [case for case in in_body if case.pk in rows and may_see(who.sight, rows[case.pk])]


def seen_codes(who: Standing, codes: Iterable[str]) -> list[str]:
    """Those of the codes, of bodies in her scope, that name a case that she reads; no query where she has no limits."""
    if not who.sight.limits:
        return sorted(codes)
    ids = cases.ids_of_codes(codes)
    rows = worklist.rows(ids.values())
    return sorted(code for code, case_id in ids.items() if case_id in rows and may_see(who.sight, rows[case_id]))


def _standing(user: Any) -> Standing:
    roles: dict[int, list[Membership]] = {}
    for membership in accounts.memberships_of(user):
        roles.setdefault(membership.public_body_id, []).append(membership)
    if not roles:
        return Standing(getattr(user, "pk", None) or 0, without_body=accounts.rights_without_body(user))
    attending = workforce.attending(user.pk)
    posts = attending.posts if attending is not None else None
    unsigned = _unsigned(attending, roles)
    limits = dict.fromkeys(unsigned, ()) | {
        body_id: grants
        for body_id, mine in roles.items()
        if body_id not in unsigned and (grants := _grants(user.pk, mine, body_id, posts)) is not None
    }
    sight = Sight(limits)
    rights = {}
    for body_id in roles:
        of_roles = accounts.rights_in(user, body_id)
        if sight.is_blind(body_id):
            of_roles = frozenset()
        elif not sight.is_whole(body_id):
            of_roles -= OF_THE_WHOLE_BODY
        rights[body_id] = of_roles
    team_ids = tuple(post.team_id for post in posts or () if post.is_active)
    agent = attending.agent if attending is not None else None
    return Standing(user.pk, rights, accounts.rights_without_body(user), sight, team_ids, agent, unsigned)


def _unsigned(attending: Attending | None, body_ids: Iterable[int]) -> frozenset[int]:
    """A contract that is over asks for no signature any more: nothing could be seen with it."""
    if attending is None:
        return frozenset()
    posts: dict[int, list[Post]] = {}
    for post in attending.posts:
        if post.contract is None or post.contract.is_in_force(workforce.today()):
            posts.setdefault(post.body_id, []).append(post)
    return frozenset(
        body_id for body_id in body_ids if must_sign(attending.unsigned.get(body_id, ""), posts.get(body_id, ()))
    )


def _grants(
    user_id: int, memberships: list[Membership], body_id: int, posts: list[Post] | None
) -> tuple[Grant, ...] | None:
    """What she sees of the body; None when it is everything."""
    mine = [post for post in posts or () if post.body_id == body_id]
    contracts = {post.contract.provider_id: post.contract for post in mine if post.contract is not None}
    if contracts:
        today = workforce.today()
        valid = {key: contract for key, contract in contracts.items() if contract.is_in_force(today)}
        teams = workforce.team_ids_of_providers(key for key, contract in valid.items() if not contract.is_own_only)
        return tuple(
            Grant(
                user_id,
                team_ids=frozenset() if contract.is_own_only else teams[key],
                channels=frozenset(contract.channels),
            )
            for key, contract in valid.items()
        )
    units = [membership.unit_id for membership in memberships if membership.unit_id is not None]
    if len(units) == len(memberships):
        services, teams_of_units = _of_units(units)
        own_team_ids = frozenset(post.team_id for post in mine)
        return (Grant(user_id, service_ids=services, team_ids=teams_of_units | own_team_ids),)
    if posts is not None and not mine and all(membership.role == Role.AGENT for membership in memberships):
        # Whoever was taken out of every team, a provider's too, keeps what she still attends and no more.
        return (Grant(user_id),)
    return None


def _of_units(unit_ids: list[int]) -> tuple[frozenset[int], frozenset[int]]:
    """The services and the teams of the units and their parts, by one query."""
    under = organisation.under(unit_ids)
    services = catalogue.of_units(under).values_list(Value(1), "pk")
    teams = workforce.of_units(under).values_list(Value(2), "pk")
    found = list(services.union(teams, all=True))
    return frozenset(pk for kind, pk in found if kind == 1), frozenset(pk for kind, pk in found if kind == 2)
