"""Wall 1: a foreign key to another room points down, hides its reverse and protects.

Otherwise a lower room climbs up through the ORM (`service.case_set`), where no import shows it, and a deletion below
empties rooms above without their knowing.
"""

from collections.abc import Iterable, Iterator

import pytest
from django.apps import apps
from django.db import models
from django.test.utils import isolate_apps

from tests.architecture.house import levels, room_of


def problems(tables: Iterable[type[models.Model]]) -> Iterator[str]:
    for table in tables:
        here = room_of(table.__module__)
        for field in table._meta.get_fields():
            if not here or field.auto_created or not isinstance(field, models.ForeignKey | models.ManyToManyField):
                continue
            there = room_of(field.related_model.__module__)
            if not there or there == here:
                continue
            name = f"{table.__name__}.{field.name}"
            if levels()[there] >= levels()[here]:
                yield f"{name} points up, from {here} to {there}"
            if not field.remote_field.hidden:
                yield f'{name} shows its reverse: related_name="+"'
            if isinstance(field, models.ForeignKey) and field.remote_field.on_delete is not models.PROTECT:
                yield f"{name} does not protect: on_delete=models.PROTECT"


def test_keys_across_rooms_point_down_hide_their_reverse_and_protect() -> None:
    assert list(problems(apps.get_models())) == []


@isolate_apps("ventanilla.contacts", "ventanilla.cases")
@pytest.mark.parametrize(
    ("here", "there", "key", "complaint"),
    [
        ("contacts", "cases", models.ForeignKey("cases.Target", models.PROTECT, related_name="+"), "points up"),
        ("cases", "contacts", models.ForeignKey("contacts.Target", models.PROTECT), "shows its reverse"),
        ("cases", "contacts", models.ForeignKey("contacts.Target", models.CASCADE, related_name="+"), "not protect"),
        ("cases", "contacts", models.ManyToManyField("contacts.Target"), "shows its reverse"),
    ],
)
def test_a_wrong_key_is_seen(here: str, there: str, key: "models.ForeignKey[object, object]", complaint: str) -> None:
    target = _table("Target", there)
    table = _table("Asking", here, key=key.clone())
    found = list(problems([target, table]))
    assert len(found) == 1
    assert complaint in found[0]


def _table(name: str, room: str, **fields: object) -> type[models.Model]:
    meta = type("Meta", (), {"app_label": room})
    return type(name, (models.Model,), {"__module__": f"ventanilla.{room}.models", "Meta": meta, **fields})
