"""Finds writes to tables in source text: who writes what, where."""

import ast
import importlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.db import models

from tests.architecture.house import SOURCE, room_of

MANAGERS = {"objects", "unscoped", "_base_manager", "_default_manager"}
WRITES = {
    "create", "bulk_create", "bulk_update", "update", "delete", "get_or_create", "update_or_create",
    "acreate", "abulk_create", "aupdate", "adelete", "aget_or_create", "aupdate_or_create",
}  # fmt: skip
INSTANCE_WRITES = {"save", "delete", "asave", "adelete", "save_base"}
NOT_ROWS = {"default_storage", "storage", "cache", "session", "super"}
SQL = re.compile(r"^\s*(?:INSERT\s+INTO|UPDATE|DELETE\s+FROM|TRUNCATE|COPY)\s+\"?(\w+)", re.IGNORECASE)
LIBRARY_TABLES = {"kit": "procrastinate_"}
"""The queue's rows belong to the queue's library; kit speaks for it."""


@dataclass(frozen=True, slots=True)
class Place:
    path: Path
    module: str
    room: str
    is_actions: bool


def place_of(path: Path, root: Path = SOURCE) -> Place:
    parts = path.relative_to(root).with_suffix("").parts
    is_actions = len(parts) > 1 and parts[1] == "actions"
    return Place(path, ".".join(("ventanilla", *parts)), parts[0], is_actions)


def problems(place: Place, source: str) -> Iterator[str]:
    tree = ast.parse(source)
    names = _imported(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield from _of_call(place, node, node.func, names)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield from _of_sql(place, node.lineno, node.value)


def _imported(tree: ast.Module) -> dict[str, str]:
    """Local name to `module:name` for what is imported from our rooms."""
    return {
        alias.asname or alias.name: f"{node.module}:{alias.name}"
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module and room_of(node.module)
        for alias in node.names
    }


def _of_call(place: Place, call: ast.Call, function: ast.Attribute, names: dict[str, str]) -> Iterator[str]:
    root, attributes = _chain(function)
    where = f"{place.path.name}:{call.lineno}"
    if function.attr in WRITES and MANAGERS & set(attributes):
        owner = _owner(root, names) or place.room
        if not place.is_actions:
            yield f"{where} writes {root} by a manager, outside actions"
        elif owner != place.room:
            yield f"{where} writes {root}, a table of {owner}"
    elif _is_unkept(call):
        return
    elif function.attr in INSTANCE_WRITES and root not in NOT_ROWS and not call.args and not place.is_actions:
        yield f"{where} calls {root}.{function.attr}() outside actions"
    elif function.attr in INSTANCE_WRITES and isinstance(function.value, ast.Call):
        owner = _owner(root, names)
        if owner and owner != place.room:
            yield f"{where} saves {root}, a table of {owner}"


def _is_unkept(call: ast.Call) -> bool:
    """`formset.save(commit=False)` asks a form for its rows and writes nothing."""
    return any(
        keyword.arg == "commit" and isinstance(keyword.value, ast.Constant) and keyword.value.value is False
        for keyword in call.keywords
    )


def _chain(node: ast.expr) -> tuple[str, list[str]]:
    """`Case.objects.filter(…).update` gives "Case" and its attributes."""
    attributes: list[str] = []
    while True:
        if isinstance(node, ast.Attribute):
            attributes.append(node.attr)
            node = node.value
        elif isinstance(node, ast.Call):
            node = node.func
        elif isinstance(node, ast.Subscript):
            node = node.value
        else:
            return (node.id if isinstance(node, ast.Name) else "?"), attributes


def _owner(name: str, names: dict[str, str]) -> str:
    """The room whose table that name is; "" when it is no table of ours."""
    if name not in names:
        return ""
    module, _, original = names[name].partition(":")
    found = getattr(importlib.import_module(module), original, None)
    return room_of(found.__module__) if isinstance(found, type) and issubclass(found, models.Model) else ""


def _of_sql(place: Place, line: int, text: str) -> Iterator[str]:
    written = SQL.match(text)
    if written is None or "_" not in written[1]:
        return
    table = written[1].lower()
    allowed = LIBRARY_TABLES.get(place.room)
    if allowed and table.startswith(allowed):
        return
    if not place.is_actions:
        yield f"{place.path.name}:{line} writes {table} by SQL, outside actions"
    elif not table.startswith(f"{place.room}_"):
        yield f"{place.path.name}:{line} writes {table}, which is not a table of {place.room}"
