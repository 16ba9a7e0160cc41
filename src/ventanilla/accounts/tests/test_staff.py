"""Users, roles and rights."""

import pytest

from ventanilla.accounts import queries
from ventanilla.accounts.actions import create_staff, give_role, take_role
from ventanilla.accounts.models import Role, User, UserKind
from ventanilla.accounts.rules import RIGHTS, Right, rights_of
from ventanilla.journal.queries import facts_of_kind
from ventanilla.organisation.actions import change_body, create_body
from ventanilla.organisation.models import PublicBody


@pytest.fixture
def body(db: None) -> PublicBody:
    return create_body("ejemplo", "Intendencia de Ejemplo")


@pytest.fixture
def other(db: None) -> PublicBody:
    return create_body("otra", "Otra Intendencia")


@pytest.fixture
def ana(db: None) -> User:
    return create_staff("ana", "Ana", "Pérez")


def again(user: User) -> User:
    """As the next request sees her: what a user is in each body is asked once for each instance."""
    return User.objects.get(pk=user.pk)


def test_every_role_has_rights() -> None:
    assert RIGHTS.keys() == {role.value for role in Role}
    assert all(Right.SEE_CASES in rights for rights in RIGHTS.values())


@pytest.mark.parametrize(
    ("role", "may", "may_not"),
    [
        ("agent", {Right.ANSWER, Right.HANDLE_QUARANTINE}, {Right.ASSIGN, Right.SEE_BOARD, Right.CONFIGURE}),
        ("referent", {Right.ANSWER}, {Right.HANDLE_QUARANTINE, Right.ASSIGN}),
        ("supervisor", {Right.ANSWER, Right.ASSIGN, Right.SEE_BOARD}, {Right.CONFIGURE}),
        ("quality", {Right.SEE_BOARD}, {Right.ANSWER, Right.ASSIGN}),
        ("administrator", {Right.CONFIGURE, Right.ASSIGN}, set()),
    ],
)
def test_what_a_role_may(role: str, may: set[Right], may_not: set[Right]) -> None:
    rights = rights_of([role])
    assert may <= rights
    assert not may_not & rights


def test_rights_add_up_and_nobody_has_none() -> None:
    assert rights_of(["quality", "referent"]) == {
        Right.SEE_CASES, Right.SEE_BOARD, Right.SEE_READINGS, Right.ANSWER, Right.RESEND,
    }  # fmt: skip
    assert rights_of([]) == frozenset()


def test_a_role_counts_in_its_body_only(ana: User, body: PublicBody, other: PublicBody) -> None:
    give_role(ana, body, Role.AGENT)
    give_role(ana, other, "supervisor")
    ana = again(ana)
    assert queries.body_ids_of(ana) == {body.pk, other.pk}
    assert Right.ASSIGN not in queries.rights_in(ana, body.pk)
    assert Right.ASSIGN in queries.rights_in(ana, other.pk)
    assert queries.body_ids_with(ana, Right.ASSIGN) == {other.pk}
    assert Right.ASSIGN in queries.rights_anywhere(ana)


def test_a_role_is_given_once_and_taken(ana: User, body: PublicBody) -> None:
    first = give_role(ana, body, Role.AGENT)
    assert give_role(ana, body, Role.AGENT) == first
    assert [fact.details for fact in facts_of_kind("accounts.role_given", body.pk)] == [
        {"user_id": ana.pk, "role": "agent"}
    ]
    take_role(first)
    assert queries.body_ids_of(again(ana)) == frozenset()
    assert facts_of_kind("accounts.role_taken", body.pk).count() == 1


def test_a_role_that_does_not_exist(ana: User, body: PublicBody) -> None:
    with pytest.raises(ValueError, match="jefa"):
        give_role(ana, body, "jefa")


def test_a_body_that_closed_and_a_user_who_left_see_nothing(ana: User, body: PublicBody, other: PublicBody) -> None:
    give_role(ana, body, Role.AGENT)
    give_role(ana, other, Role.AGENT)
    change_body(other, is_active=False)
    assert queries.body_ids_of(again(ana)) == {body.pk}
    User.objects.filter(pk=ana.pk).update(is_active=False)
    assert queries.body_ids_of(again(ana)) == frozenset()
    assert queries.rights_in(again(ana), body.pk) == queries.rights_anywhere(again(ana)) == frozenset()


def test_citizens_are_no_staff(ana: User, body: PublicBody) -> None:
    give_role(ana, body, Role.SUPERVISOR)
    User.objects.filter(pk=ana.pk).update(kind=UserKind.CITIZEN)
    assert queries.body_ids_of(again(ana)) == frozenset()
    assert queries.by_username("ana") is None
    assert queries.staff_frame(again(ana)) is None


def test_without_a_password_nobody_signs_in(ana: User) -> None:
    assert not ana.has_usable_password()
    assert create_staff("eva", "Eva", "Sosa", password="una-clave-larga").check_password("una-clave-larga")


def test_the_frame_of_a_page(ana: User, body: PublicBody, other: PublicBody) -> None:
    give_role(ana, body, Role.AGENT)
    give_role(ana, body, Role.QUALITY)
    give_role(ana, other, Role.AGENT)
    frame = queries.staff_frame(again(ana))
    assert frame is not None
    assert (frame.display_name, frame.can_see_board, frame.can_configure) == ("Ana Pérez", True, False)
    assert frame.body_name == "Intendencia de Ejemplo · Otra Intendencia"


def test_staff_of_a_body(ana: User, body: PublicBody, other: PublicBody) -> None:
    give_role(ana, body, Role.AGENT)
    give_role(ana, body, Role.QUALITY)
    assert queries.staff_ids_of(frozenset({body.pk})) == [ana.pk]
    assert queries.staff_ids_of(frozenset({other.pk})) == []
