"""An answer is asked for again after its moment, and each question has its own."""

import time

import pytest

from ventanilla.kit import moments


@pytest.fixture(autouse=True)
def _short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(moments, "SECONDS", 0.05)


def test_it_is_asked_once_a_moment() -> None:
    asked: list[int] = []

    @moments.for_a_moment
    def double(number: int) -> int:
        asked.append(number)
        return 2 * number

    assert [double(1), double(1), double(2)] == [2, 2, 4]
    assert asked == [1, 2]
    time.sleep(0.06)
    assert double(1) == 2
    assert asked == [1, 2, 1]
    moments.forget()
    double(1)
    assert asked == [1, 2, 1, 1]


def test_a_failure_is_not_remembered() -> None:
    asked: list[str] = []

    @moments.for_a_moment
    def fail(name: str) -> None:
        asked.append(name)
        raise LookupError(name)

    for _ in range(2):
        with pytest.raises(LookupError):
            fail("x")
    assert asked == ["x", "x"]


def test_strangers_questions_do_not_fill_the_memory() -> None:
    @moments.for_a_moment
    def same(number: int) -> int:
        return number

    for number in range(moments.KEPT_MAX * 2 + 1):
        same(number)
    assert len(moments._kept) <= moments.KEPT_MAX
