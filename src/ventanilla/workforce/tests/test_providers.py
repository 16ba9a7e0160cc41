"""Contracts: what they hold, and what became of the names that teams carried before."""

from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.migrations.executor import MigrationExecutor

from ventanilla.organisation.actions import create_body
from ventanilla.organisation.scoping import scope
from ventanilla.workforce.actions import OtherBody, create_provider, create_team
from ventanilla.workforce.models import Provider, Team
from ventanilla.workforce.rules import Contract

BEFORE = [("workforce", "0001_initial")]
NOW = [("workforce", "0003_team_by_provider")]


def test_the_last_day_counts() -> None:
    contract = Contract(1, date(2026, 1, 1), date(2026, 12, 31))
    assert [contract.is_in_force(date(2025, 12, 31)), contract.is_in_force(date(2026, 1, 1))] == [False, True]
    assert [contract.is_in_force(date(2026, 12, 31)), contract.is_in_force(date(2027, 1, 1))] == [True, False]
    assert Contract(1, date(2026, 1, 1), None).is_in_force(date(2999, 1, 1))


@pytest.mark.django_db
def test_a_contract_runs_forward_and_serves_its_own_body() -> None:
    body, other = create_body("ejemplo", "Ejemplo"), create_body("otro", "Otro")
    with scope({body.pk, other.pk}):
        with pytest.raises(IntegrityError), transaction.atomic():
            create_provider(body, "Al revés", date(2026, 2, 1), date(2026, 1, 1))
        provider = create_provider(body, "Sur", date(2026, 1, 1), channels=["email", "chat", "email"])
        assert provider.channels == ["chat", "email"]
        with pytest.raises(OtherBody):
            create_team(other, "ajeno", "Ajeno", provider=provider)
        assert create_team(body, "propio", "Propio", provider=provider).provider_name == "Sur"
        assert create_team(body, "municipal", "Municipal").provider_name == ""


@pytest.mark.django_db(transaction=True)
def test_the_names_that_teams_carried_become_contracts_and_go_back() -> None:
    body = create_body("ejemplo", "Ejemplo")
    executor = MigrationExecutor(connection)
    executor.migrate(BEFORE)
    try:
        with connection.cursor() as cursor:
            for slug, name in (("uno", "Sur"), ("dos", "Sur"), ("tres", "")):
                cursor.execute(
                    "INSERT INTO workforce_team (slug, name, provider_name, is_active, public_body_id)"
                    " VALUES (%s, %s, %s, true, %s)",
                    [slug, slug, name, body.pk],
                )
        executor = MigrationExecutor(connection)
        executor.migrate(NOW)
        # Only the columns of then: the model has more.
        (contract,) = Provider.unscoped.values_list("name", "contract_until_on", "channels")
        assert contract == ("Sur", None, [])
        names = dict(Team.unscoped.select_related("provider").values_list("slug", "provider__name"))
        assert names == {"uno": "Sur", "dos": "Sur", "tres": None}
        executor = MigrationExecutor(connection)
        executor.migrate(BEFORE)
        with connection.cursor() as cursor:
            cursor.execute("SELECT slug, provider_name FROM workforce_team ORDER BY slug")
            assert cursor.fetchall() == [("dos", "Sur"), ("tres", ""), ("uno", "Sur")]
    finally:
        executor = MigrationExecutor(connection)
        executor.migrate(executor.loader.graph.leaf_nodes())
