"""Every mail in `fixtures/` is read as its `.json` says: written by hand after what real programs send."""

import json
from pathlib import Path

import pytest

from ventanilla.channels.email.description import describe

FIXTURES = Path(__file__).parent / "fixtures"
NAMES = sorted(path.stem for path in FIXTURES.glob("*.eml"))


@pytest.mark.parametrize("name", NAMES)
def test_a_mail_is_read_as_written(name: str) -> None:
    described = describe((FIXTURES / f"{name}.eml").read_bytes())
    expected = json.loads((FIXTURES / f"{name}.json").read_text("utf-8"))
    assert {key: described.get(key) for key in expected} == expected


def test_there_are_many() -> None:
    assert len(NAMES) >= 60
