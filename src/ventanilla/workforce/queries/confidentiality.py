"""Questions about confidentiality statements, and who signed them."""

from collections.abc import Iterable

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import JSONObject

from ventanilla.workforce.models import Agent, DemandedOf, Signature, Statement, Team


def statement_of(body_id: int) -> Statement | None:
    """The version that counts; whatever the scope: whoever has to sign it sees nothing else of the body."""
    found: Statement | None = (
        Statement.unscoped.select_related("public_body").filter(public_body_id=body_id, is_current=True).first()
    )
    return found


def statements_of(body_ids: Iterable[int]) -> list[Statement]:
    """The same of several bodies, by their names."""
    query = Statement.unscoped.filter(public_body_id__in=list(body_ids), is_current=True)
    return list(query.select_related("public_body").order_by("public_body__name"))


def signatures_of(agent_id: int, body_ids: Iterable[int]) -> list[Signature]:
    """What she signed of those bodies, the newest first."""
    query = Signature.objects.filter(agent_id=agent_id, statement__public_body_id__in=list(body_ids))
    return list(query.select_related("statement__public_body"))


def signatures() -> "QuerySet[Signature]":
    """Of the bodies in scope."""
    return Signature.objects.filter(statement__in=Statement.objects.all()).select_related(
        "statement__public_body", "agent__user"
    )


def not_signed_by() -> list[tuple[Statement, Agent]]:
    """Who has to sign a statement in scope and has not, by name: whoever is in a team in use that it is demanded of."""
    found: list[tuple[Statement, Agent]] = []
    for statement in Statement.objects.filter(is_current=True).exclude(demanded_of=DemandedOf.NOBODY):
        teams = Team.objects.filter(public_body_id=statement.public_body_id, is_active=True)
        if statement.demanded_of == DemandedOf.PROVIDERS:
            teams = teams.exclude(provider=None)
        agents = Agent.objects.filter(teams__in=teams, user__is_active=True).exclude(signatures__statement=statement)
        ordered = agents.select_related("user").distinct().order_by("user__first_name", "user__last_name", "pk")
        found += [(statement, agent) for agent in ordered]
    return found


def unsigned_of(agent_path: str) -> ArraySubquery:
    """For a query of agents: `{body_id, of}` of each statement that somebody has to sign and she did not; whom it is
    demanded of is for `rules.must_sign` to say."""
    return ArraySubquery(
        Statement.unscoped.filter(is_current=True)
        .exclude(demanded_of=DemandedOf.NOBODY)
        .exclude(Exists(Signature.objects.filter(statement=OuterRef("pk"), agent=OuterRef(OuterRef(agent_path)))))
        .order_by()
        .values(demanded=JSONObject(body_id="public_body_id", of="demanded_of"))
    )


def has_signed(agent_path: str, body_path: str) -> Q:
    """For a query of teams and their agents: nothing stands between her and the body of that team.

    Asked team by team: it is enough to be in one of a provider's teams of that body to have to sign for all of it.
    """
    through = Team.agents.through.objects.filter(
        agent=OuterRef(OuterRef(agent_path)), team__public_body=OuterRef("public_body"), team__provider__isnull=False
    )
    demanded = Q(demanded_of=DemandedOf.EVERYBODY) | Q(Exists(through), demanded_of=DemandedOf.PROVIDERS)
    unsigned = (
        Statement.unscoped.filter(demanded, is_current=True, public_body=OuterRef(body_path))
        .exclude(Exists(Signature.objects.filter(statement=OuterRef("pk"), agent=OuterRef(OuterRef(agent_path)))))
        .order_by()
    )
    return ~Q(Exists(unsigned))
