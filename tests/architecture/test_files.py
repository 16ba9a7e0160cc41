"""Files stay small and say what they hold."""

from pathlib import Path

from tests.architecture.house import ROOT, python_files

LINES_MAX = 400
EMPTY_NAMES = {"utils", "helpers", "common", "services", "managers", "signals"}


def names_that_say_nothing(paths: list[Path]) -> list[str]:
    """Inside `api/v1/` a file is named after its resource, whatever that is."""
    return [
        str(path)
        for path in paths
        if EMPTY_NAMES & {part.removesuffix(".py") for part in path.parts} and path.parts[-3:-1] != ("api", "v1")
    ]


def test_no_name_says_nothing() -> None:
    assert names_that_say_nothing([path.relative_to(ROOT) for path in python_files()]) == []
    assert len(names_that_say_nothing([Path("cases/utils.py"), Path("helpers/x.py"), Path("api/v1/services.py")])) == 2


def test_no_file_is_too_long() -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for path in python_files()
        if (lines := len(path.read_text().splitlines())) > LINES_MAX
    }
    assert long == {}, "split it by noun, as a folder"


def test_every_package_has_its_sign() -> None:
    """The docstring of a room says its purpose; docs/rooms.md is made of them."""
    bare = {"tests", "migrations", "templatetags", "management", "commands"}
    silent = [
        str(path.parent.relative_to(ROOT))
        for path in (ROOT / "src" / "ventanilla").rglob("__init__.py")
        if path.parent.name not in bare and not path.read_text().startswith('"""')
    ]
    assert silent == []
