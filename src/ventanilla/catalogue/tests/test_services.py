"""Services and the units that own them."""

from collections.abc import Iterator

import pytest

from ventanilla.catalogue import actions, events, queries
from ventanilla.journal.models import Fact
from ventanilla.organisation.actions import create_body, create_unit
from ventanilla.organisation.models import PublicBody
from ventanilla.organisation.scoping import UnscopedQuery, scope

pytestmark = pytest.mark.django_db


@pytest.fixture
def body() -> Iterator[PublicBody]:
    body = create_body("ejemplo", "Intendencia de Ejemplo")
    with scope({body.pk}):
        yield body


def test_a_service_has_its_unit_at_hand(body: PublicBody, django_assert_num_queries: pytest.FixtureRequest) -> None:
    unit = create_unit(body, "transito", "Tránsito")
    made = actions.create_service(body, "libreta", "Libreta de conducir", unit=unit, summary="Primera vez y renovación")
    with django_assert_num_queries(1):  # type: ignore[operator] # pytest-django's fixture has no type
        assert [(service.name, str(service.unit)) for service in queries.services()] == [
            ("Libreta de conducir", "Tránsito")
        ]
    assert queries.service(made.pk) == queries.service_by_slug("libreta") == made
    assert queries.services_by_id({made.pk, 0}) == {made.pk: made}
    fact = Fact.objects.get(kind=events.SERVICE_CREATED)
    assert (fact.service_id, fact.unit_id) == (made.pk, unit.pk)


def test_a_service_out_of_use_is_not_offered(body: PublicBody) -> None:
    made = actions.create_service(body, "patente", "Patente de rodados")
    actions.change_service(made, is_active=False, name="Patente")
    assert queries.services() == []
    assert queries.service(made.pk) == made
    assert Fact.objects.get(kind=events.SERVICE_CHANGED).details == {"fields": ["is_active", "name"]}


def test_a_unit_of_another_body_owns_nothing_here(body: PublicBody) -> None:
    other = create_body("otro", "Otro")
    unit = create_unit(other, "transito", "Tránsito")
    with pytest.raises(actions.ForeignUnit):
        actions.create_service(body, "libreta", "Libreta de conducir", unit=unit)
    made = actions.create_service(body, "libreta", "Libreta de conducir")
    with pytest.raises(actions.ForeignUnit):
        actions.change_service(made, unit=unit)


def test_another_bodys_services_are_not_seen(body: PublicBody) -> None:
    made = actions.create_service(body, "libreta", "Libreta de conducir")
    other = create_body("otro", "Otro")
    with scope({other.pk}):
        assert queries.services() == []
        assert queries.service(made.pk) is None
        assert queries.service_by_slug("libreta") is None


def test_without_a_scope_nothing_is_answered() -> None:
    with pytest.raises(UnscopedQuery):
        queries.services()
