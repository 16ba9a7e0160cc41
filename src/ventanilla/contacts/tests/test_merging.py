"""Contacts are joined on somebody's word, and parted again as they were."""

from collections.abc import Iterator

import pytest

from ventanilla.contacts import actions, queries
from ventanilla.contacts.models import Contact
from ventanilla.journal.actors import staff
from ventanilla.messages.contract import Address
from ventanilla.organisation.actions import create_body
from ventanilla.organisation.scoping import scope

ANA = staff(1)


@pytest.fixture
def people(db: None) -> Iterator[list[Contact]]:
    body = create_body("una", "Una")
    with scope({body.pk}):
        yield actions.identify(
            body.pk, [Address("email", f"{name}@example.org", name) for name in ("eva", "iris", "rut")]
        )


def test_the_same_address_is_the_same_contact_and_keeps_its_first_name(people: list[Contact]) -> None:
    eva = Address("email", "eva@example.org", "Otro nombre")
    again = actions.identify(people[0].public_body_id, [eva, eva, Address("email", "nueva@example.org")])
    assert again[:2] == [people[0], people[0]]
    assert again[0].name == "eva"
    assert Contact.objects.count() == 4


def test_merges_are_undone_newest_first_and_everything_stands_as_before(people: list[Contact]) -> None:
    eva, iris, rut = (person.pk for person in people)
    first = actions.merge(iris, rut, ANA)
    second = actions.merge(eva, iris, ANA)
    assert queries.family_ids(rut)[0] == eva
    assert set(queries.family_ids(eva)) == {eva, iris, rut}
    assert {one.value[:3] for one in queries.addresses(iris)} == {"eva", "iri", "rut"}
    with pytest.raises(actions.MergeRefused):
        actions.undo_merge(first.pk, ANA)
    actions.undo_merge(second.pk, ANA)
    assert queries.family_ids(eva) == [eva]
    assert set(queries.family_ids(iris)) == {iris, rut}
    actions.undo_merge(first.pk, ANA)
    assert all(queries.family_ids(pk) == [pk] for pk in (eva, iris, rut))
    with pytest.raises(actions.MergeRefused):
        actions.undo_merge(first.pk, ANA)


def test_nobody_is_merged_with_herself_or_twice(people: list[Contact]) -> None:
    eva, iris, rut = (person.pk for person in people)
    actions.merge(eva, iris, ANA)
    for pair in ((eva, eva), (rut, iris), (iris, rut), (eva, 0)):
        with pytest.raises(actions.MergeRefused):
            actions.merge(*pair, ANA)
