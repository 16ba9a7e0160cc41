"""Invented people and cases for the style page (rows in examples.csv). Nothing here reaches a real installation."""

import csv
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

FILES = [
    {"name": "recibo-octubre.pdf", "size": 214_330, "url": "#", "type": "application/pdf"},
    {"name": "foto de la vereda frente a la escuela.jpg", "size": 1_874_002, "url": "#", "type": "image/jpeg"},
]


def frame() -> dict[str, Any]:
    """What the bar of every staff page shows."""
    return {
        "staff": {
            "display_name": "Ana Pereira",
            "body_name": "Intendencia de Ejemplo",
            "can_see_board": True,
            "can_configure": True,
        },
        "queue_count": 12,
        "section": "desk",
    }


def desk(now: datetime) -> dict[str, Any]:
    """Rows of a queue, in the order of what is due first, and the moments of one conversation."""
    with (Path(__file__).parent / "examples.csv").open(encoding="utf-8", newline="") as table:
        rows = [_row(row, now) for row in csv.DictReader(table)]
    return {
        "now": now,
        "rows": rows,
        "yesterday": now - timedelta(hours=26),
        "this_morning": now - timedelta(hours=3),
        "an_hour_ago": now - timedelta(minutes=64),
        "due_soon": now + timedelta(minutes=22, seconds=30),
        "due_later": now + timedelta(days=4),
        "files": FILES,
    }


def _row(row: dict[str, str], now: datetime) -> dict[str, Any]:
    """A line of the table with its minutes turned into moments; 0 due minutes means no due moment."""
    due_minutes = int(row["due_minutes"])
    return {
        **row,
        "due": now + timedelta(minutes=due_minutes, seconds=30) if due_minutes else None,
        "at": now - timedelta(minutes=int(row["age_minutes"])),
    }
