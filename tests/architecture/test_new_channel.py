"""docs/new_channel.md is true: its blocks, put in files, make a channel that passes the suite and is found."""

import importlib.metadata
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.house import ROOT

BLOCK = re.compile(r"^```\w+ file=(\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
BLOCKS = dict(BLOCK.findall((ROOT / "docs" / "new_channel.md").read_text()))

FIND = """
from ventanilla.messages import registry
from ventanilla.messages.contract import Channel, Hooked, Limited, SelfTested, Tools
channel = registry.create("text_messages", {"number": "+59829001234"}, Tools(now=None))
assert isinstance(channel, Channel) and isinstance(channel, Hooked)
assert isinstance(channel, Limited) and isinstance(channel, SelfTested)
from test_text_messages import test_it_keeps_every_promise
test_it_keeps_every_promise()
print("kept")
"""


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """The page's package, laid out as an installer would."""
    for name, content in BLOCKS.items():
        (tmp_path / name).write_text(content)
    information = tmp_path / "ventanilla_text_messages-1.0.0.dist-info"
    information.mkdir()
    (information / "METADATA").write_text("Metadata-Version: 2.1\nName: ventanilla-text-messages\nVersion: 1.0.0\n")
    entry = re.search(r'^(text_messages) = "(.*)"$', BLOCKS["pyproject.toml"], re.MULTILINE)
    assert entry
    (information / "entry_points.txt").write_text(f"[ventanilla.channels]\n{entry[1]} = {entry[2]}\n")
    return tmp_path


def test_the_page_has_the_files_it_speaks_of() -> None:
    assert set(BLOCKS) == {"pyproject.toml", "ventanilla_text_messages.py", "test_text_messages.py"}


def test_following_the_page_makes_a_channel_that_is_found_and_keeps_every_promise(package: Path) -> None:
    finished = subprocess.run(
        [sys.executable, "-W", "error", "-c", f"import sys; sys.path[:0] = [{str(package)!r}, {str(ROOT)!r}]\n{FIND}"],
        capture_output=True,
        text=True,
        check=False,
        cwd=package,
    )
    assert finished.stdout.strip() == "kept", finished.stderr


def test_the_channel_imports_the_common_language_and_nothing_else_of_the_house() -> None:
    imported = set(re.findall(r"^\s*(?:from|import) (ventanilla[\w.]*)", BLOCKS["ventanilla_text_messages.py"], re.M))
    assert imported == {"ventanilla.messages.contract"}


def test_the_example_is_not_installed_here() -> None:
    assert "text_messages" not in {entry.name for entry in importlib.metadata.entry_points(group="ventanilla.channels")}
