"""A notice that was accepted stays as it was read."""

import pytest

from ventanilla.journal.actors import staff
from ventanilla.organisation.actions import change_body, create_body
from ventanilla.organisation.scoping import scope
from ventanilla.privacy import actions, queries
from ventanilla.privacy.rules import BodyFacts, standard_notice

pytestmark = pytest.mark.django_db


def test_the_standard_notice_tells_what_the_law_wants_told() -> None:
    text = standard_notice(BodyFacts("Intendencia", "Dirección General", "Atención", "datos@intendencia.example"))
    for said in ("Para qué", "Dirección General", "«Atención»", "Quién los ve", "obligatorio", "datos@intendencia"):
        assert said in text
    assert "%(" not in standard_notice(BodyFacts("I", "", "", ""))


def test_it_is_one_version_until_it_says_something_else() -> None:
    body = create_body("una", "Una")
    with scope({body.pk}):
        first = actions.notice_in_force(body)
        assert actions.notice_in_force(body).pk == first.pk
        change_body(body, privacy_contact="datos@una.example")
        second = actions.notice_in_force(body)
        assert second.pk != first.pk
        assert "datos@una.example" in second.text
        kept = queries.notice(first.pk)
        assert kept is not None
        assert kept.text == first.text


def test_the_bodys_own_text_takes_its_place_and_gives_it_back() -> None:
    body = create_body("una", "Una")
    with scope({body.pk}):
        actions.notice_in_force(body)
        own = actions.publish(body, "Lo nuestro.", staff(1))
        assert actions.notice_in_force(body).pk == own.pk
        actions.publish(body, "  ", staff(1))
        back = actions.notice_in_force(body)
        assert not back.is_own
        assert "18.331" in back.text
