"""Rows by COPY, and a few by INSERT, are the rows that `bulk_create` would have written."""

from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, connection, models, transaction

from ventanilla.kit import bulk


class Line(models.Model):
    """A table of this test alone."""

    words = models.TextField()
    count = models.IntegerField(null=True)
    is_good = models.BooleanField(default=False)
    at = models.DateTimeField()
    facts = models.JSONField(null=True)

    class Meta:
        app_label = "kit_tests"
        constraints = [models.UniqueConstraint(fields=["words"], name="line_words_once")]


class Stamped(models.Model):
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        app_label = "kit_tests"


AT = datetime(2026, 3, 2, 12, 30, tzinfo=UTC)


@pytest.fixture
def _table(transactional_db: None) -> object:
    with connection.schema_editor() as editor:
        editor.create_model(Line)
    yield
    with connection.schema_editor() as editor:
        editor.delete_model(Line)


@pytest.fixture(params=[0, bulk.FEW], ids=["by COPY", "by INSERT"])
def _way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "FEW", request.param)


@pytest.mark.usefixtures("_table", "_way")
@pytest.mark.parametrize("has_keys", [False, True])
def test_what_is_written_is_what_is_read(has_keys: bool) -> None:
    strange = "tab\tbackslash\\N newline\nquote'\" ñandú 🙂 \\."
    rows = [
        Line(words=strange, count=3, is_good=True, at=AT, facts={"a": [1, None, "é\\n\t"], "b": {}}),
        Line(words="", count=None, at=AT, facts=None),
    ]
    if has_keys:
        with connection.cursor() as cursor:
            cursor.execute(bulk.NEXT_KEYS, [Line._meta.db_table, "id", 2])
            for row, (key,) in zip(rows, cursor.fetchall(), strict=True):
                row.pk = key
    made = bulk.insert(Line, rows)
    assert [row.pk for row in made] == sorted(row.pk for row in made)
    assert not made[0]._state.adding
    read = list(Line._default_manager.order_by("pk").values_list("pk", "words", "count", "is_good", "at", "facts"))
    assert read == [
        (made[0].pk, strange, 3, True, AT, {"a": [1, None, "é\\n\t"], "b": {}}),
        (made[1].pk, "", None, False, AT, None),
    ]
    after = Line._default_manager.create(words="después", at=AT)
    assert after.pk > made[1].pk


@pytest.mark.usefixtures("_table")
def test_rows_with_a_key_and_without_go_together() -> None:
    made = bulk.insert(Line, [Line(pk=1_000, words="con", at=AT), Line(words="sin", at=AT)])
    assert made[0].pk == 1_000
    assert set(Line._default_manager.values_list("pk", "words")) == {(row.pk, row.words) for row in made}


@pytest.mark.usefixtures("_table", "_way")
def test_a_row_that_breaks_a_rule_leaves_none() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        bulk.insert(Line, [Line(words="una", at=AT), Line(words="una", at=AT)])
    assert not Line._default_manager.exists()


def test_nothing_to_write_asks_nothing() -> None:
    assert bulk.insert(Line, []) == []


def test_a_field_that_needs_more_than_writing_is_refused() -> None:
    with pytest.raises(TypeError, match="made_at"):
        bulk._plan(Stamped)
