"""When to try again, and what marks change."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ventanilla.delivery import rules
from ventanilla.messages.contract import ReceiptKind


def test_three_days_of_patience() -> None:
    pauses = [rules.next_attempt(attempts, 0.5) for attempts in range(1, 12)]
    assert pauses[:5] == [
        timedelta(minutes=1),
        timedelta(minutes=5),
        timedelta(minutes=15),
        timedelta(hours=1),
        timedelta(hours=4),
    ]
    assert pauses[-1] is None
    total = sum((pause for pause in pauses if pause is not None), timedelta())
    assert timedelta(hours=70) < total < timedelta(hours=72)


@given(attempts=st.integers(1, 10), chance=st.floats(0, 1))
def test_a_pause_moves_by_a_fifth_at_most(attempts: int, chance: float) -> None:
    pause, middle = rules.next_attempt(attempts, chance), rules.PAUSES[attempts - 1]
    assert pause is not None
    assert middle * 0.79 < pause < middle * 1.21


@pytest.mark.parametrize(
    ("state", "kind", "is_permanent", "expected"),
    [
        ("sent", ReceiptKind.DELIVERED, True, "delivered"),
        ("sent", ReceiptKind.READ, True, "delivered"),
        ("delivered", ReceiptKind.SENT, True, "delivered"),
        ("queued", ReceiptKind.SENT, True, "sent"),
        ("sent", ReceiptKind.BOUNCED, True, "bounced"),
        ("queued", ReceiptKind.BOUNCED, True, "bounced"),
        ("delivered", ReceiptKind.BOUNCED, True, "bounced"),
        ("sent", ReceiptKind.BOUNCED, False, "sent"),
        ("bounced", ReceiptKind.DELIVERED, True, "bounced"),
        ("failed", ReceiptKind.DELIVERED, True, "failed"),
    ],
)
def test_what_a_mark_changes(state: str, kind: ReceiptKind, is_permanent: bool, expected: str) -> None:
    assert rules.after_receipt(state, kind, is_permanent=is_permanent) == expected


@given(kinds=st.lists(st.sampled_from(ReceiptKind), max_size=8))
def test_a_bounce_is_never_undone(kinds: list[ReceiptKind]) -> None:
    state = "sent"
    for kind in [ReceiptKind.BOUNCED, *kinds]:
        state = rules.after_receipt(state, kind, is_permanent=True)
    assert state == "bounced"


def test_the_words_of_the_api() -> None:
    assert [rules.api_state(state) for state in ("queued", "sent", "delivered", "failed", "bounced")] == [
        "queued",
        "sent",
        "delivered",
        "failed",
        "bounced",
    ]


def test_our_own_ids() -> None:
    assert rules.external_id("vt-1-a", "consultas@Ejemplo.gub.uy", "abc") == "vt-1-a.abc@ejemplo.gub.uy"
    assert rules.external_id("", "1234567890", "abc") == "abc@ventanilla"
    assert rules.external_id("", "a@peñarol.uy", "abc").isascii()
