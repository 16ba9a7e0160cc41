"""docs/api.md tells every call and every error, and none that does not exist."""

import re
from pathlib import Path

from django.test import Client

from ventanilla.api.problems import KINDS

PAGE = (Path(__file__).parents[4] / "docs/api.md").read_text()
NAMES = {"code": "CODE", "file_id": "ID", "delivery_id": "ID", "account": "ACCOUNT"}


def test_every_call_is_told(client: Client) -> None:
    paths = client.get("/api/v1/openapi.json").json()["paths"]
    calls = {
        f"{method.upper()} {re.sub(r'{([^}]+)}', lambda found: NAMES[found[1]], path)}"
        for path, methods in paths.items()
        for method in methods
    }
    assert set(re.findall(r"`((?:GET|POST) /api/v1/[A-Za-z/]+)`", PAGE)) == calls


def test_every_error_is_told() -> None:
    told = set(re.findall(r"^\| (\d{3}) \| `([a-z-]+)` \|", PAGE, re.MULTILINE))
    assert told == {(str(status), name) for status, (name, _title, _detail) in KINDS.items()}
