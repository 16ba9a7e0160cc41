"""What people type."""

import pytest

from ventanilla.messages.typed import is_phone, seen


@pytest.mark.parametrize("text", ["099 123 456", "+598 2 900 1234", "2908-1234", "(02) 900 1234", "123456"])
def test_numbers_as_people_write_them(text: str) -> None:
    assert is_phone(text)


@pytest.mark.parametrize("text", ["", "no tengo", "12345", "099 123 456\n", "1" * 16, "+", "٠٩٩١٢٣٤٥٦"])
def test_what_is_no_number(text: str) -> None:
    assert not is_phone(text)


def test_nobody_sees_what_cannot_be_seen() -> None:
    assert seen("a\x00b\x1b\u202ec\r\nd\te") == "abc\nd\te"
