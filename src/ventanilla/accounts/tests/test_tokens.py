"""API tokens, and the keys that programs repeat requests with."""

from datetime import UTC, datetime, timedelta

import pytest

from ventanilla.accounts import actions, queries
from ventanilla.accounts.actions import create_staff, issue_token, revoke_token, revoke_tokens
from ventanilla.accounts.models import ApiToken, IdempotencyKey, User, UserKind
from ventanilla.accounts.rules import digest_of, is_token
from ventanilla.kit import clock

NOON = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)


@pytest.fixture
def ana(db: None) -> User:
    return create_staff("ana", "Ana", "Pérez")


@pytest.fixture
def token(ana: User) -> ApiToken:
    found = queries.token_in_use(issue_token(ana))
    assert found is not None
    return found


def test_a_token_opens_for_its_user(ana: User) -> None:
    token = issue_token(ana)
    assert is_token(token)
    assert queries.user_of_token(token) == ana


def test_only_its_digest_is_kept(ana: User) -> None:
    token = issue_token(ana)
    row = ApiToken.objects.get(user=ana)
    assert row.digest == digest_of(token)
    assert token not in str(vars(row))


def test_tokens_differ(ana: User) -> None:
    assert len({issue_token(ana) for _number in range(20)}) == 20


@pytest.mark.parametrize(
    "text", ["", "vt_", "vt_x", "x" * 46, "vt_" + "ñ" * 43, "vt_" + "a" * 43 + "\n", "vt_" + "a" * 44]
)
def test_what_is_no_token_is_not_even_looked_up(text: str) -> None:
    """Without the `db` fixture a look-up would fail."""
    assert not is_token(text)
    assert queries.user_of_token(text) is None


def test_a_token_that_was_never_issued(db: None) -> None:
    assert queries.user_of_token("vt_" + "a" * 43) is None


def test_one_token_is_revoked_and_the_other_stays(ana: User) -> None:
    lost, kept = issue_token(ana), issue_token(ana)
    row = queries.token_in_use(lost)
    assert row is not None
    assert revoke_token(row)
    assert not revoke_token(row)
    assert queries.user_of_token(lost) is None
    assert queries.user_of_token(kept) == ana


def test_all_tokens_are_revoked(ana: User) -> None:
    tokens = [issue_token(ana), issue_token(ana)]
    assert revoke_tokens(ana) == 2
    assert [queries.user_of_token(token) for token in tokens] == [None, None]
    assert revoke_tokens(ana) == 0


@pytest.mark.parametrize("change", [{"is_active": False}, {"kind": UserKind.CITIZEN}])
def test_a_token_dies_with_its_user(ana: User, change: dict[str, object]) -> None:
    token = issue_token(ana)
    User.objects.filter(pk=ana.pk).update(**change)
    assert queries.user_of_token(token) is None


def test_the_last_use_is_written_once_a_day(token: ApiToken, django_assert_num_queries: object) -> None:
    with clock.frozen(NOON) as now:
        actions.note_token_use(token)
        token.refresh_from_db()
        assert token.last_used_on == NOON.date()
        with django_assert_num_queries(0):  # type: ignore[operator] # pytest-django's fixture has no type
            actions.note_token_use(token)
        now.advance(timedelta(days=1))
        actions.note_token_use(token)
        token.refresh_from_db()
        assert token.last_used_on == (NOON + timedelta(days=1)).date()


def test_a_key_remembers_what_was_answered(token: ApiToken) -> None:
    row = actions.claim_idempotency_key(token, "k", "d" * 64)
    assert row.response_status is None
    actions.keep_answer(row, 201, {"id": 7})
    again = actions.claim_idempotency_key(token, "k", "d" * 64)
    assert (again.response_status, again.response_body) == (201, {"id": 7})


def test_a_key_is_for_one_request_and_one_token(token: ApiToken, ana: User) -> None:
    actions.claim_idempotency_key(token, "k", "d" * 64)
    with pytest.raises(actions.KeyUsedForAnotherRequest):
        actions.claim_idempotency_key(token, "k", "e" * 64)
    other = queries.token_in_use(issue_token(ana))
    assert other is not None
    assert actions.claim_idempotency_key(other, "k", "e" * 64).response_status is None


def test_a_key_is_forgotten_after_a_day(token: ApiToken) -> None:
    with clock.frozen(NOON) as now:
        actions.keep_answer(actions.claim_idempotency_key(token, "old", "d" * 64), 201, {})
        now.advance(timedelta(hours=12))
        actions.keep_answer(actions.claim_idempotency_key(token, "new", "d" * 64), 201, {})
        now.advance(timedelta(hours=13))
        assert actions.claim_idempotency_key(token, "old", "e" * 64).response_status is None
        now.advance(timedelta(hours=12))
        assert actions.forget_old_idempotency_keys() == 1
        assert list(IdempotencyKey.objects.values_list("key", flat=True)) == ["old"]
