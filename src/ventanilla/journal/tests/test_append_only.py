"""The journal keeps what it was told."""

import pytest
from django.db import DatabaseError, connection, transaction

from ventanilla.journal.actions import NewFact, record
from ventanilla.journal.models import Fact
from ventanilla.journal.rules import PersonalDataInJournal


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement", ["UPDATE journal_fact SET kind = 'x'", "DELETE FROM journal_fact", "TRUNCATE journal_fact"]
)
def test_database_refuses_to_change_a_fact(statement: str) -> None:
    record(NewFact("cases.opened", 1, case_id=7))
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert Fact.objects.get().case_id == 7


@pytest.mark.django_db
@pytest.mark.parametrize("value", ["ana@example.org", "Ana Pérez", "Vivo en 18 de Julio 1234", ["ok", "no ok"]])
def test_a_fact_takes_no_personal_data(value: object) -> None:
    with pytest.raises(PersonalDataInJournal):
        record(NewFact("cases.opened", 1, details={"what": value}))
