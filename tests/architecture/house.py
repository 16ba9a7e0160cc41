"""What the walls are checked against: the layers of the import contracts, and the files of the house."""

import tomllib
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "ventanilla"


@cache
def levels() -> dict[str, int]:
    """Each room's height; 0 is the lowest. Rooms of one line have the same."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    layers = next(contract["layers"] for contract in contracts if contract["id"] == "house")
    return {
        name.strip().strip("()"): height for height, layer in enumerate(reversed(layers)) for name in layer.split("|")
    }


def room_of(module: str) -> str:
    """`cases` for ventanilla.cases.models; "" for what is not ours."""
    parts = module.split(".")
    return parts[1] if parts[0] == "ventanilla" and len(parts) > 1 else ""


@cache
def python_files() -> tuple[Path, ...]:
    folders = (ROOT / "src", ROOT / "tests", ROOT / "tools", ROOT / "benchmarks")
    return tuple(sorted(path for folder in folders for path in folder.rglob("*.py")))


def pages() -> list[Path]:
    """Every page of documentation."""
    return sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "changes").glob("*.md")])
