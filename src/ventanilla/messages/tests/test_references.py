"""A signed reference names its case, survives the ways of mail, and cannot be made without the key."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ventanilla.messages import references

KEY = b"a key of this test"


@given(st.integers(0, 10**15))
def test_a_token_names_its_case(case_id: int) -> None:
    token = references.make_token(KEY, case_id)
    assert references.read_token(KEY, token) == case_id
    assert references.read_token(b"another key", token) is None
    assert token == token.lower()
    assert set(token) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")


@given(st.integers(0, 10**9), st.integers(0, 10**9))
def test_a_token_of_one_case_opens_no_other(one: int, other: int) -> None:
    token = references.make_token(KEY, one)
    moved = token.replace(token.split("-")[1], references.make_token(KEY, other).split("-")[1], 1)
    assert references.read_token(KEY, moved) in (None, one)


@pytest.mark.parametrize("around", ["<{}@ejemplo.gub.uy>", "Ref.: {}\n-- \n", "X:{};", "({})", "{}"])
def test_a_token_is_found_wherever_it_stands(around: str) -> None:
    token = references.make_token(KEY, 42)
    assert references.find_tokens(around.format(token)) == [token]
    assert references.find_tokens(around.format(token.upper())) == [token]


@pytest.mark.parametrize("text", ["", "vt-", "vt-1-abc", "vt-1-ABCDEFGH", "svt-1-abcdefghijklmnop"])
def test_what_is_no_token_is_not_found(text: str) -> None:
    assert references.find_tokens(text) == []


@given(st.text(max_size=200))
def test_no_text_makes_it_stumble(text: str) -> None:
    for token in references.find_tokens(text):
        assert references.read_token(KEY, token) is None


def test_each_is_found_once_in_order() -> None:
    tokens = [references.make_token(KEY, number) for number in (1, 2)]
    assert references.find_tokens(" ".join([*tokens, tokens[0]])) == tokens
