"""`ventanilla token`."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from ventanilla.accounts.actions import create_staff
from ventanilla.accounts.queries import user_of_token


def token_of(username: str) -> str:
    printed = StringIO()
    call_command("token", username, stdout=printed)
    return printed.getvalue()


def test_it_prints_a_token_and_nothing_else(db: None) -> None:
    ana = create_staff("ana", "Ana", "Pérez")
    printed = token_of("ana")
    assert printed == printed.strip() + "\n"
    assert user_of_token(printed.strip()) == ana


def test_each_time_a_new_one_and_the_old_ones_stay(db: None) -> None:
    ana = create_staff("ana", "Ana", "Pérez")
    tokens = {token_of("ana").strip() for _time in range(3)}
    assert len(tokens) == 3
    assert {user_of_token(token) for token in tokens} == {ana}


def test_nobody_and_who_left_get_none(db: None) -> None:
    with pytest.raises(CommandError, match="nadie"):
        token_of("nadie")
    ana = create_staff("ana", "Ana", "Pérez")
    ana.is_active = False
    ana.save()
    with pytest.raises(CommandError, match="inactivo"):
        token_of("ana")
