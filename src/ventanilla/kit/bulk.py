"""Many rows at once by COPY, for the few places that every message passes.

Django's `bulk_create` prepares each value of each row through several calls; here a field that needs nothing done to
it costs nothing. About a third of receiving a message was that.
"""

import json
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from operator import attrgetter
from typing import Any, TypeVar

from django.db import connection, models
from psycopg import sql

M = TypeVar("M", bound=models.Model)

PLAIN = (
    models.AutoField,
    models.IntegerField,
    models.BooleanField,
    models.CharField,
    models.TextField,
    models.DateTimeField,
    models.ForeignKey,
)
"""Fields whose values psycopg writes as they stand; BigAutoField, OneToOneField and other kinds of integers belong to
these."""


NEXT_KEYS = "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)"


@dataclass(frozen=True, slots=True)
class _Plan:
    statement: sql.Composed
    table: str
    key_column: str
    read: "attrgetter[tuple[Any, ...]]"
    json_places: tuple[int, ...]

    def values(self, row: models.Model) -> tuple[Any, ...]:
        values = self.read(row)
        if not self.json_places:
            return values
        written = list(values)
        for place in self.json_places:
            if written[place] is not None:
                written[place] = json.dumps(written[place])
        return tuple(written)


def insert(model: type[M], rows: Collection[M]) -> list[M]:
    """Insert new rows of one model in the current transaction; those without a key get one from its sequence.

    Raises django.db.Error as `bulk_create` does, and TypeError for a model with a field that needs more than writing.
    """
    made = list(rows)
    if not made:
        return made
    plan = _plan(model)
    with connection.cursor() as cursor:
        keyless = [row for row in made if row.pk is None]
        if keyless:
            cursor.execute(NEXT_KEYS, [plan.table, plan.key_column, len(keyless)])
            for row, (key,) in zip(keyless, cursor.fetchall(), strict=True):
                row.pk = key
        with connection.wrap_database_errors, cursor.copy(plan.statement) as copy:
            for row in made:
                copy.write_row(plan.values(row))
    for row in made:
        row._state.adding = False
        row._state.db = connection.alias
    return made


@cache
def _plan(model: type[models.Model]) -> _Plan:
    fields = model._meta.concrete_fields
    for field in fields:
        is_plain = isinstance(field, PLAIN) or (isinstance(field, models.JSONField) and field.encoder is None)
        if not is_plain or getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False):
            raise TypeError(f"{model.__name__}.{field.name} needs more than writing; use bulk_create")
    table = sql.Identifier(model._meta.db_table)
    columns = sql.SQL(", ").join(sql.Identifier(field.column or "") for field in fields)
    return _Plan(
        statement=sql.SQL("COPY {} ({}) FROM STDIN").format(table, columns),
        table=model._meta.db_table,
        key_column=model._meta.pk.column or "",
        read=attrgetter(*(field.attname for field in fields)),
        json_places=tuple(place for place, field in enumerate(fields) if isinstance(field, models.JSONField)),
    )
