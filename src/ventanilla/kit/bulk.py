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


FEW = 10
"""Up to so many rows a plain INSERT is quicker."""


@dataclass(frozen=True, slots=True)
class _Plan:
    statement: sql.Composed
    table: str
    key_column: str
    columns: str
    other_columns: str
    """Without the key's, for rows that get theirs from the sequence."""
    key_place: int
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
    if len(made) <= FEW and len({row.pk is None for row in made}) == 1:
        return _insert_few(plan, made)
    with connection.cursor() as cursor:
        keyless = [row for row in made if row.pk is None]
        if keyless:
            cursor.execute(NEXT_KEYS, [plan.table, plan.key_column, len(keyless)])
            for row, (key,) in zip(keyless, cursor.fetchall(), strict=True):
                row.pk = key
        with connection.wrap_database_errors, cursor.copy(plan.statement) as copy:
            for row in made:
                copy.write_row(plan.values(row))
    return _written(made)


def _insert_few(plan: _Plan, rows: list[M]) -> list[M]:
    """One statement, where keys and COPY take three turns; all of the rows have a key, or none."""
    is_keyless = rows[0].pk is None
    columns = plan.other_columns if is_keyless else plan.columns
    values = [plan.values(row) for row in rows]
    if is_keyless:
        values = [(*row[: plan.key_place], *row[plan.key_place + 1 :]) for row in values]
    one = f"({', '.join(['%s'] * len(values[0]))})"
    table, key = connection.ops.quote_name(plan.table), connection.ops.quote_name(plan.key_column)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({columns}) VALUES {', '.join([one] * len(rows))} RETURNING {key}",  # noqa: S608 # names of our own tables
            [value for row in values for value in row],
        )
        if is_keyless:
            for row, (pk,) in zip(rows, cursor.fetchall(), strict=True):
                row.pk = pk
    return _written(rows)


def _written(rows: list[M]) -> list[M]:
    for row in rows:
        row._state.adding = False
        row._state.db = connection.alias
    return rows


@cache
def _plan(model: type[models.Model]) -> _Plan:
    fields = model._meta.concrete_fields
    for field in fields:
        is_plain = isinstance(field, PLAIN) or (isinstance(field, models.JSONField) and field.encoder is None)
        if not is_plain or getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False):
            raise TypeError(f"{model.__name__}.{field.name} needs more than writing; use bulk_create")
    table = sql.Identifier(model._meta.db_table)
    names = [connection.ops.quote_name(field.column or "") for field in fields]
    key_place = fields.index(model._meta.pk)
    columns = sql.SQL(", ").join(sql.Identifier(field.column or "") for field in fields)
    return _Plan(
        statement=sql.SQL("COPY {} ({}) FROM STDIN").format(table, columns),
        table=model._meta.db_table,
        key_column=model._meta.pk.column or "",
        columns=", ".join(names),
        other_columns=", ".join([*names[:key_place], *names[key_place + 1 :]]),
        key_place=key_place,
        read=attrgetter(*(field.attname for field in fields)),
        json_places=tuple(place for place, field in enumerate(fields) if isinstance(field, models.JSONField)),
    )
