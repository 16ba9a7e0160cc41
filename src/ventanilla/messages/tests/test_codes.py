"""Tracking codes are unique, can be read aloud, and notice a slip of the pen."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ventanilla.messages import codes

NUMBERS = st.integers(0, codes.SPACE - 1)


@given(NUMBERS)
def test_a_code_is_its_own_written_form(number: int) -> None:
    code = codes.encode(number)
    assert len(code) == 9
    assert code[4] == "-"
    assert codes.normalise(code) == code
    assert codes.normalise(f"  {code.lower().replace('-', ' ')} ") == code


@given(st.sets(NUMBERS, min_size=2, max_size=200))
def test_different_cases_have_different_codes(numbers: set[int]) -> None:
    assert len({codes.encode(number) for number in numbers}) == len(numbers)


def test_neighbours_look_nothing_alike() -> None:
    ten = [codes.encode(number) for number in range(10_000)]
    assert len(set(ten)) == 10_000
    assert len({code[:3] for code in ten}) > 5_000


@given(NUMBERS, st.integers(0, 7), st.sampled_from(codes.ALPHABET))
def test_a_wrong_character_is_noticed(number: int, place: int, character: str) -> None:
    plain = codes.encode(number).replace("-", "")
    wrong = plain[:place] + character + plain[place + 1 :]
    assert wrong == plain or codes.normalise(wrong) is None


@given(NUMBERS, st.integers(0, 5))
def test_two_characters_that_changed_places_are_noticed(number: int, place: int) -> None:
    plain = codes.encode(number).replace("-", "")
    wrong = plain[:place] + plain[place + 1] + plain[place] + plain[place + 2 :]
    assert wrong == plain or codes.normalise(wrong) is None


def test_no_letter_looks_like_another() -> None:
    assert not set("01OILSZBGUQAE") & set(codes.ALPHABET)
    assert len(set(codes.ALPHABET)) == codes.BASE


@pytest.mark.parametrize("number", [-1, codes.SPACE])
def test_numbers_beyond_the_space_are_refused(number: int) -> None:
    with pytest.raises(ValueError, match="out of range"):
        codes.encode(number)


@pytest.mark.parametrize("text", ["", "hola", "K7M4", "0000-0000", "K7M4-X9P", "K7M4-X9PTT", "ñandú-123"])
def test_what_is_no_code_is_none(text: str) -> None:
    assert codes.normalise(text) is None


@given(NUMBERS, st.text(max_size=30), st.text(max_size=30))
def test_a_code_in_brackets_is_found_in_any_subject(number: int, before: str, after: str) -> None:
    code = codes.encode(number)
    plain = before.replace("[", "(").replace("]", ")")
    assert codes.find(f"{plain} [{code}] {after}") == code


def test_brackets_win_over_a_code_in_the_text() -> None:
    first, second = codes.encode(1), codes.encode(2)
    assert codes.find(f"Sobre {first}, la respuesta a [{second.lower()}]") == second
    assert codes.find(f"Mi código es {first.replace('-', '')}.") == first
    assert codes.find("Llamen al 2345-6789 por favor") in (None, "2345-6789")
