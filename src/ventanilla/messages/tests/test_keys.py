"""A key opens one case to one address, in the way it was given, until the version changes."""

from hypothesis import given
from hypothesis import strategies as st

from ventanilla.messages.keys import LENGTH, Purpose, is_key, make_key, without_keys

SECRET = b"secreto"
OTHER = (
    (SECRET, Purpose.FILER, 7, 0, "email", "ana@example.org"),
    (SECRET, Purpose.MAILBOX, 8, 0, "email", "ana@example.org"),
    (SECRET, Purpose.MAILBOX, 7, 1, "email", "ana@example.org"),
    (SECRET, Purpose.MAILBOX, 7, 0, "gubuy", "ana@example.org"),
    (SECRET, Purpose.MAILBOX, 7, 0, "email", "eva@example.org"),
    (b"otro", Purpose.MAILBOX, 7, 0, "email", "ana@example.org"),
)


def test_whatever_differs_makes_another_key() -> None:
    key = make_key(SECRET, Purpose.MAILBOX, 7, 0, "email", "ana@example.org")
    assert is_key(key)
    assert len({key, *(make_key(*other) for other in OTHER)}) == 1 + len(OTHER)


@given(st.text(), st.text(), st.text(), st.text())
def test_no_two_addresses_share_a_key(kind: str, value: str, other_kind: str, other_value: str) -> None:
    one = make_key(SECRET, Purpose.FILER, 1, 0, kind, value)
    other = make_key(SECRET, Purpose.FILER, 1, 0, other_kind, other_value)
    assert (one == other) == ((kind, value) == (other_kind, other_value)) or "\x00" in kind + other_kind


def test_quoted_links_lose_their_keys() -> None:
    key = "a" * LENGTH
    quoted = (
        f"> Seguila en https://x.example/solicitudes/K7M4-X9PT/?clave={key}\n> y <a href='/s/?v=1&amp;clave={key}'>"
    )
    assert key in quoted
    assert without_keys(quoted).count("clave=…") == 2
    assert key not in without_keys(quoted + f" https%3A%2F%2Fx%2F%3Fclave%3D{key}")
    assert without_keys("sin enlaces") == "sin enlaces"
