"""What the claims of Usuario gub.uy mean."""

from typing import Any

import pytest

from ventanilla.accounts.gubuy import (
    LEVEL_FOR,
    Action,
    Level,
    NoIdentity,
    acr_of,
    demand,
    identity,
    is_enough,
    level_of,
)
from ventanilla.messages.contract import Address

SUB = {"sub": "1"}


def test_every_action_has_its_level() -> None:
    assert set(LEVEL_FOR) == set(Action)
    assert [int(demand(name)) for name in ("file_request", "see_own_requests", "see_by_document")] == [0, 1, 2]
    with pytest.raises(ValueError):
        demand("erase_everything")


def test_a_higher_level_is_enough_and_a_lower_one_is_not() -> None:
    assert is_enough(2, Action.SEE_BY_DOCUMENT)
    assert is_enough(3, Action.SEE_BY_DOCUMENT)
    assert not is_enough(1, Action.SEE_BY_DOCUMENT)


@pytest.mark.parametrize(
    ("claims", "level"),
    [
        ({"acr": "urn:iduruguay:nid:0"}, 0),
        ({"acr": "urn:iduruguay:nid:3"}, 3),
        ({"acr": "urn:iduruguay:nid:3", "nid": "1"}, 1),
        ({"acr": "urn:iduruguay:nid:1", "nid": "3"}, 1),
        ({"nid": "2"}, 2),
        ({"nid": 2}, 2),
        ({"nid": "urn:iduruguay:nid:2"}, 2),
        ({}, 0),
        ({"acr": None, "nid": ""}, 0),
        ({"acr": "urn:iduruguay:nid:4"}, 0),
        ({"acr": "URN:IDURUGUAY:NID:3"}, 0),
        ({"acr": ["urn:iduruguay:nid:3"]}, 0),
        ({"acr": "²"}, 0),
    ],
)
def test_the_level_is_never_more_than_was_said(claims: dict[str, Any], level: int) -> None:
    assert level_of(claims) == level


def test_the_lowest_level_need_not_be_asked_for() -> None:
    assert [acr_of(level) for level in (0, 1, 3)] == ["", "urn:iduruguay:nid:1", "urn:iduruguay:nid:3"]
    assert all(level_of({"acr": acr_of(level)}) == level for level in Level if level)


@pytest.mark.parametrize(
    ("said", "uid", "document"),
    [
        ({"uid": "uy-ci-12345672"}, "uy-ci-12345672", "12345672"),
        ({"uid": " UY-CI-1.234.567-2".replace("-2", "2")}, "uy-ci-12345672", "12345672"),
        ({"uid": "uy-ci-01234561"}, "uy-ci-1234561", "1234561"),
        ({"uid": "uy-ci-12345678"}, "uy-ci-12345678", None),
        ({"uid": "ar-dni-30123456"}, "ar-dni-30123456", None),
        ({"uid": "br-psp-fx012345"}, "br-psp-fx012345", None),
        (
            {"pais_documento": "UY", "tipo_documento": "CI", "numero_documento": "12345672"},
            "uy-ci-12345672",
            "12345672",
        ),
        ({"pais_documento": "uy", "tipo_documento": "ci", "numero_documento": 12345672}, "uy-ci-12345672", "12345672"),
    ],
)
def test_who_it_is(said: dict[str, Any], uid: str, document: str | None) -> None:
    who = identity(SUB, said)
    assert who.uid == uid
    assert (who.document.value if who.document else None) == document


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"uid": ""},
        {"uid": "12345672"},
        {"uid": "uy-ci-"},
        {"uid": "uy-ci-1\n2345672"},
        {"uid": "uy-ci-12345672 or 1=1"},
        {"uid": ["uy-ci-12345672"]},
        {"pais_documento": "uy", "numero_documento": "12345672"},
        {"pais_documento": "uy", "tipo_documento": "otro", "numero_documento": "12345672"},
    ],
)
def test_nobody_is_not_somebody(said: dict[str, Any]) -> None:
    with pytest.raises(NoIdentity):
        identity(SUB, said)


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ({"nombre_completo": "  Ana   Sosa "}, "Ana Sosa"),
        ({"primer_nombre": "Ana", "segundo_nombre": None, "primer_apellido": "Sosa"}, "Ana Sosa"),
        ({"name": "Ana"}, "Ana"),
        ({}, ""),
        ({"nombre_completo": "Ana\r\nBcc: otra@x\x00"}, "Ana Bcc: otra@x"),
        ({"nombre_completo": "A" * 900}, "A" * 200),
    ],
)
def test_her_name_is_one_line(said: dict[str, Any], name: str) -> None:
    assert identity(SUB, {"uid": "uy-ci-12345672", **said}).name == name


@pytest.mark.parametrize(
    ("email", "is_verified", "is_hers"),
    [
        ("Ana@Correo.example", True, True),
        ("ana@correo.example", False, False),
        ("ana@correo.example", "true", False),
        ("ana@correo.example", 1, False),
        ("ana@correo.example", None, False),
        ("ana", True, False),
        ("ana@correo.example, otra@correo.example", True, False),
        ("Ana <ana@correo.example>", True, False),
        ("ana@correo.example\nBcc: x@y.example", True, False),
        (None, True, False),
        (["ana@correo.example"], True, False),
    ],
)
def test_her_address_is_hers_only_when_the_provider_verified_it(email: Any, is_verified: Any, is_hers: bool) -> None:
    who = identity(SUB, {"uid": "uy-ci-12345672", "email": email, "email_verified": is_verified})
    assert list(who.addresses)[1:] == ([Address("email", "ana@correo.example")] if is_hers else [])


def test_the_page_of_the_person_says_her_name_and_not_her_level() -> None:
    who = identity({"sub": "1", "acr": "urn:iduruguay:nid:1"}, {"uid": "uy-ci-12345672", "acr": "urn:iduruguay:nid:3"})
    assert who.level == Level.BASIC
