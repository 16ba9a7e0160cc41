"""The filters of the components."""

from datetime import UTC, date, datetime

import pytest

from ventanilla.web.look.templatetags import look


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Lucía Fernández Techera", "LT"),
        ("ana", "A"),
        ("Estudio (Bentancor) y Asociados", "EA"),
        ("", "?"),
        (None, "?"),
        ("  ", "?"),
        ("«Ñandú»", "?"),
        ("ñandú", "Ñ"),
        ("張 偉", "張偉"),
    ],
)
def test_initials(name: str | None, letters: str) -> None:
    assert look.initials(name) == letters


@pytest.mark.parametrize(
    ("at", "words"),
    [
        (datetime(2026, 11, 24, 2, 30, tzinfo=UTC), "23/11/2026 23:30"),
        ("2026-11-24T02:30:00+00:00", "23/11/2026 23:30"),
        (date(2026, 11, 24), "24/11/2026"),
        ("no es una fecha", "no es una fecha"),
        (None, ""),
    ],
)
def test_moment_is_local(at: look.Moment, words: str) -> None:
    assert look.moment(at) == words


def test_unknown_codes_show_themselves() -> None:
    assert look.channel_word("telegrama") == "telegrama"
    assert look.channel_icon("telegrama") == "inbox"
    assert look.delivery_word("sent") == "Enviado"
