"""Every pair of colours that carries words or meaning, measured in both schemes as WCAG 2.2 measures it."""

import re
from pathlib import Path

import pytest

THEME = Path(__file__).parents[1] / "static/look/vendor/designsystemet.css"
TEXT = 4.5
"""Contrast of text (WCAG 2.2, 1.4.3)."""
SHAPE = 3.0
"""Contrast of shapes and edges that carry meaning (1.4.11)."""

# Where text stands: panes, the page behind them, what we sent, notes, the row that is open.
GROUNDS = (
    "neutral-background-default",
    "neutral-surface-default",
    "neutral-background-tinted",
    "accent-background-tinted",
    "accent-surface-tinted",
    "warm-background-tinted",
)
WORDS = (
    "neutral-text-default",
    "neutral-text-subtle",
    "accent-text-subtle",
    "success-text-subtle",
    "warning-text-subtle",
    "danger-text-subtle",
)
PAIRS = [
    *((words, ground, TEXT) for words in WORDS for ground in GROUNDS),
    *(
        (f"{tone}-text-default", f"{tone}-surface-tinted", TEXT)
        for tone in ("neutral", "accent", "info", "success", "warning", "danger", "warm")
    ),
    *((f"{tone}-text-default", f"{tone}-background-tinted", TEXT) for tone in ("info", "success", "warning", "danger")),
    *((f"{tone}-base-contrast-default", f"{tone}-base-default", TEXT) for tone in ("accent", "danger", "neutral")),
    *((f"{tone}-base-contrast-default", f"{tone}-base-hover", TEXT) for tone in ("accent", "danger")),
    *(("warning-border-default", ground, SHAPE) for ground in GROUNDS),
    *(("warm-border-default", ground, SHAPE) for ground in GROUNDS[:2]),
    *(("focus-outer", ground, SHAPE) for ground in GROUNDS),
    *(("neutral-border-default", ground, SHAPE) for ground in GROUNDS[:3]),
    ("neutral-background-default", "warning-border-default", SHAPE),
    ("neutral-background-default", "danger-text-subtle", SHAPE),
    ("neutral-background-default", "success-text-subtle", SHAPE),
]


def _tokens(scheme: str) -> dict[str, str]:
    css = THEME.read_text(encoding="utf-8")
    block = re.search(rf"\[data-color-scheme={scheme}\]{{([^}}]*)}}", css)
    assert block is not None
    return dict(re.findall(r"--ds-color-([a-z-]+):(#[0-9a-fA-F]+)", block.group(1)))


def _luminance(colour: str) -> float:
    digits = colour.lstrip("#")
    if len(digits) == 3:
        digits = "".join(digit * 2 for digit in digits)
    parts = [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: str, other: str) -> float:
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_black_on_white_is_21_to_1() -> None:
    assert _contrast("#000", "#ffffff") == pytest.approx(21)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_pair_is_told_apart(scheme: str) -> None:
    tokens = _tokens(scheme)
    weak = {
        f"{front} on {back}": round(_contrast(tokens[front], tokens[back]), 2)
        for front, back, least in PAIRS
        if _contrast(tokens[front], tokens[back]) < least
    }
    assert weak == {}
