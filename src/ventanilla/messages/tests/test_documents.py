"""Cédula and RUT, with the vectors of domain.md 3.1."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ventanilla.messages.documents import (
    DocumentKind,
    NotADocument,
    cedula,
    cedula_check_digit,
    document,
    rut,
)

VECTORS = [("1234567", "2"), ("1111111", "1"), ("3298763", "6"), ("123456", "1"), ("1000002", "0")]


@pytest.mark.parametrize(("body", "check"), VECTORS)
def test_the_check_digit_is_the_published_one(body: str, check: str) -> None:
    assert cedula_check_digit(body) == check
    for other in "0123456789":
        if other == check:
            assert cedula(body + other).value == body + check
        else:
            with pytest.raises(NotADocument):
                cedula(body + other)


@pytest.mark.parametrize(
    "typed",
    ["12345672", "1.234.567-2", "1234567/2", " 1 234 567 2 ", "1.234.567–2", "1.234.567\u00a0- 2", "012345672"],
)
def test_however_it_is_typed_it_is_one_cedula(typed: str) -> None:
    read = cedula(typed)
    assert (read.kind, read.value, read.shown, read.is_checked) == (
        DocumentKind.CEDULA,
        "12345672",
        "1.234.567-2",
        True,
    )


def test_a_cedula_of_six_digits_is_padded_for_its_check_and_kept_as_people_write_it() -> None:
    assert cedula("123.456-1").value == cedula("0.123.456-1").value == "1234561"
    assert cedula("1234561").shown == "123.456-1"


def test_a_foreigners_number_is_taken_unchecked() -> None:
    read = cedula("912345678")
    assert (read.value, read.is_checked, read.shown) == ("912345678", False, "912345678")
    with pytest.raises(NotADocument):
        cedula("812345678")


@pytest.mark.parametrize(
    "typed", ["", "-", "123", "12345", "00000000", "1234567890", "uno", "1234567-K", "١٢٣٤٥٦٧٢", "1" * 5000]
)
def test_what_is_no_cedula_is_refused_in_words(typed: str) -> None:
    with pytest.raises(NotADocument) as refused:
        cedula(typed)
    assert str(refused.value).endswith(".")


@given(st.integers(min_value=100_000, max_value=9_999_999), st.data())
def test_any_single_wrong_digit_next_to_a_weight_that_shares_no_factor_is_found(
    number: int, data: st.DataObject
) -> None:
    """The weights 2, 8, 6 and 4 share a factor with ten: there, a digit five away passes. Elsewhere none does."""
    whole = f"{number:07}{cedula_check_digit(str(number))}"
    place = data.draw(st.sampled_from([1, 3, 5, 7]))
    digit = data.draw(st.sampled_from([one for one in "0123456789" if one != whole[place]]))
    wrong = whole[:place] + digit + whole[place + 1 :]
    with pytest.raises(NotADocument):
        cedula(wrong)


@pytest.mark.parametrize(
    "typed", ["211003420017", "21-100342-001-7", "UY 21 100342 001 7", "21.100342/001.7", "uy211003420017"]
)
def test_a_rut_is_read_however_it_is_typed(typed: str) -> None:
    read = rut(typed)
    assert (read.kind, read.value, read.shown) == (DocumentKind.RUT, "211003420017", "21-100342-001-7")
    assert document(typed) == read


def test_the_other_vectors_of_a_rut() -> None:
    assert rut("211406340011").value == "211406340011"
    for bad in ("210303670014", "12345678", "991003420017", "210000000017", "211003420027", "21100342001A", ""):
        with pytest.raises(NotADocument):
            rut(bad)


def test_whichever_document_it_is_its_kind_is_told() -> None:
    assert document("1.234.567-2").kind is DocumentKind.CEDULA
    assert document("912345678").kind is DocumentKind.CEDULA
    passport = document("ab 123-456")
    assert (passport.kind, passport.value, passport.is_checked) == (DocumentKind.OTHER, "AB123456", False)
    for typed in ("12345678", "210303670014", "hola", "x" * 30, "<script>1</script>"):
        with pytest.raises(NotADocument):
            document(typed)
