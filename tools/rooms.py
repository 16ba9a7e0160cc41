"""Writes docs/rooms.md: the layers, and each room's own sign (the docstring of its package).

Usage: rooms.py           write the page
       rooms.py --check   exit 1 when the page is not what would be written
"""

import ast
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "ventanilla"
PAGE = ROOT / "docs" / "rooms.md"
FILES = ("models", "actions", "queries", "rules", "events", "admin")

HEAD = """\
# The rooms

*Written by `make docs` from the import contracts and the sign of each room; do not edit.*

A line imports only what stands below it, rooms on one line do not know each other, and `make lint` checks it. In every
room the same names mean the same: `models` tables, `actions` verbs (the only writer), `queries` questions, `rules` pure
decisions, `events` facts announced to the journal (listed under their room).
"""


def layers() -> list[list[str]]:
    """The layers of the first contract, top first; rooms that are not built yet left out."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    house = next(contract for contract in contracts if contract["id"] == "house")
    rows = [[name.strip() for name in layer.split("|")] for layer in house["layers"]]
    return [[name for name in row if not name.startswith("(")] for row in rows]


def sign(package: Path) -> str:
    return ast.get_docstring(ast.parse((package / "__init__.py").read_text())) or ""


def files_of(package: Path) -> list[str]:
    return [name for name in FILES if (package / f"{name}.py").exists() or (package / name).is_dir()]


def facts_of(package: Path) -> list[tuple[str, str]]:
    """The facts that a room announces, each with the first sentence that its code says about it."""
    known: dict[str, str] = {}
    events = package / "events.py"
    statements = ast.parse(events.read_text()).body if events.exists() else []
    for statement, following in zip(statements, [*statements[1:], None], strict=False):
        if isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Constant):
            known[str(statement.value.value)] = _said(following)
    for path in sorted(package.rglob("*.py")):
        if "tests" not in path.parts:
            for kind in _recorded(ast.parse(path.read_text())):
                known.setdefault(kind, "")
    return sorted(known.items())


def _said(statement: ast.stmt | None) -> str:
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
        return " ".join(str(statement.value.value).split()).partition(". ")[0].rstrip(".")
    return ""


def _recorded(tree: ast.Module) -> list[str]:
    """Kinds that stand where they are recorded: as text, or as a constant of the same file."""
    constants = {
        target.id: statement.value
        for statement in tree.body
        if isinstance(statement, ast.Assign)
        for target in statement.targets
        if isinstance(target, ast.Name)
    }
    kinds = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "NewFact" and node.args:
            kind = node.args[0]
            kinds.append(constants.get(kind.id) if isinstance(kind, ast.Name) else kind)
    return [str(kind.value) for kind in kinds if isinstance(kind, ast.Constant)]


def parts_of(package: Path) -> list[Path]:
    """Doors and channels: packages inside a room that have a sign of their own."""
    inside = sorted(path for path in package.iterdir() if (path / "__init__.py").exists())
    return [
        path for path in inside if path.name not in {"tests", "migrations", "templatetags", "management"} and sign(path)
    ]


def page() -> str:
    rows = [row for row in layers() if row]
    lines = [HEAD, "```text", *(" | ".join(row) for row in rows), "```", ""]
    for row in rows:
        for name in row:
            package = SOURCE / name
            lines += [f"## {name}", "", sign(package), ""]
            files = files_of(package)
            if files:
                lines += ["Files: " + ", ".join(f"[{file}](../{_path(package, file)})" for file in files) + ".", ""]
            lines += [f"- **{name}.{part.name}**: {sign(part).splitlines()[0]}" for part in parts_of(package)]
            if parts_of(package):
                lines.append("")
            facts = facts_of(package)
            if facts:
                lines += ["| fact | |", "|---|---|", *(f"| `{kind}` | {said} |" for kind, said in facts), ""]
    return "\n".join(lines).rstrip() + "\n"


def _path(package: Path, file: str) -> str:
    path = package / f"{file}.py"
    return str((path if path.exists() else package / file).relative_to(ROOT))


def main() -> int:
    if "--check" in sys.argv:
        if not PAGE.exists() or PAGE.read_text() != page():
            print("docs/rooms.md is not up to date. Run: make docs")
            return 1
        return 0
    PAGE.write_text(page())
    return 0


if __name__ == "__main__":
    sys.exit(main())
