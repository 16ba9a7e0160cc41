"""Guesses are counted by name and by address, and say nothing of who exists."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client

from ventanilla.accounts import actions
from ventanilla.accounts.attempts import Guard
from ventanilla.accounts.lockout import OF_A_NAME, OF_AN_ADDRESS
from ventanilla.accounts.models import AttemptCount, User
from ventanilla.accounts.tests.entrance import LOCKED, PASSWORD, attempts, code_of, facts, is_in, sign_in
from ventanilla.kit import clock


def test_a_name_is_locked_after_five_and_opens_by_itself(client: Client, ana: User) -> None:
    with clock.frozen(clock.now()) as now:
        assert "no son correctos" in attempts(client, OF_A_NAME.failures)
        assert LOCKED in attempts(client, 1)
        assert sign_in(client).status_code == 200, "the right password opens a locked name"
        assert facts("sign_in_failed") == [{"user_id": ana.pk, "factor": "password"}] * OF_A_NAME.failures
        assert facts("locked_out") == [{"user_id": ana.pk, "of": "name", "factor": "password"}]
        now.advance(OF_A_NAME.lock)
        sign_in(client)
        assert is_in(client)


def test_a_stranger_cannot_tell_a_name_that_exists(ana: User) -> None:
    """Word for word and status for status, before the lock and after."""
    plain = re.compile(r'value="[^"]*"')
    for count in (1, OF_A_NAME.failures):
        hers = plain.sub("", attempts(Client(), count, "ana"))
        nobodys = plain.sub("", attempts(Client(), count, "nadie"))
        assert hers == nobodys
    assert facts("locked_out")[-1]["user_id"] is None


def test_an_address_that_tries_many_names_is_locked(ana: User) -> None:
    for number in range(OF_AN_ADDRESS.failures):
        attempts(Client(), 1, f"nombre{number}", REMOTE_ADDR="203.0.113.7")
    assert LOCKED in attempts(Client(), 1, "ana", REMOTE_ADDR="203.0.113.7")
    assert LOCKED not in attempts(Client(), 1, "ana", REMOTE_ADDR="203.0.113.8")
    assert facts("locked_out") == [{"user_id": None, "of": "address", "factor": "password"}]


def test_a_stranger_does_not_lock_her_out_of_her_own_browser(client: Client, ana: User) -> None:
    sign_in(client)
    client.post("/ingresar/salir/")
    assert LOCKED in attempts(Client(), OF_A_NAME.failures + 1)
    sign_in(client)
    assert is_in(client)


def test_somebody_else_s_browser_is_a_stranger_s(client: Client, ana: User) -> None:
    actions.create_staff("beto", "Beto", "Gil", password=PASSWORD)
    sign_in(client, "beto")
    client.post("/ingresar/salir/")
    assert LOCKED in attempts(client, OF_A_NAME.failures + 1)
    assert LOCKED in attempts(Client(), 1)


def test_guesses_at_the_code_are_counted_as_well(client: Client, ana: User, secret: str) -> None:
    sign_in(client)
    for _time in range(OF_A_NAME.failures):
        cache.clear()
        client.post("/ingresar/codigo/", {"code": "000000"})
    cache.clear()
    # The password was right each time, and does not wash the count.
    again = Client()
    sign_in(again)
    assert LOCKED in again.post("/ingresar/codigo/", {"code": code_of(secret)}).content.decode()
    assert not is_in(again)
    assert facts("locked_out") == [{"user_id": ana.pk, "of": "second_factor", "factor": "code"}]


def test_the_table_of_counts_names_nobody(ana: User) -> None:
    attempts(Client(), 1, "ana", REMOTE_ADDR="203.0.113.7")
    text = str(list(AttemptCount.objects.values_list("key", flat=True)))
    assert "ana" not in text
    assert "203.0.113" not in text


def test_old_counts_are_forgotten(ana: User) -> None:
    with clock.frozen(clock.now()) as now:
        attempts(Client(), 1)
        assert actions.forget_old_attempts() == 0
        now.advance(timedelta(days=2))
        assert actions.forget_old_attempts() == 2


@pytest.mark.django_db(transaction=True)
def test_a_crowd_of_guesses_at_once_is_counted_one_by_one(ana: User) -> None:
    guard = Guard("k" * 64, "name", OF_A_NAME, ana.pk)

    def guess(_number: int) -> bool:
        try:
            return actions.begin_attempt([guard]) is not None
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as crowd:
        looked_at = sum(crowd.map(guess, range(24)))
    assert looked_at == OF_A_NAME.failures
