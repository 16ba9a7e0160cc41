"""A query that forgets its bodies raises, and no scope leaks into another thread, task or block."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from asgiref.sync import sync_to_async
from django.db import models

from ventanilla.organisation import actions, queries
from ventanilla.organisation.models import Calendar, Office, PublicBody, Unit
from ventanilla.organisation.scoping import UnscopedQuery, current_scope, scope

NO_NAMES: list[str] = []


@pytest.fixture
def bodies(db: None) -> list[PublicBody]:
    """Three bodies, each with a unit named after it."""
    made = [actions.create_body(slug, slug.title()) for slug in ("uno", "dos", "tres")]
    for body in made:
        with scope({body.pk}):
            actions.create_unit(body, "atencion", f"Atención {body.slug}")
    return made


def unit_names() -> list[str]:
    return [unit.name for unit in queries.units()]


@pytest.mark.parametrize("model", [Unit, Calendar, Office])
def test_a_query_outside_every_scope_raises(model: type[models.Model]) -> None:
    with pytest.raises(UnscopedQuery):
        model._default_manager.all()


def test_each_way_to_ask_needs_a_scope(bodies: list[PublicBody]) -> None:
    for ask in (
        lambda: Unit.objects.count(),
        lambda: Unit.objects.filter(slug="atencion").exists(),
        lambda: Unit.objects.get(pk=1),
        lambda: Unit.objects.update(name="x"),
        lambda: Unit.objects.in_bulk([1]),
        queries.units,
        queries.calendars,
        queries.offices,
        lambda: queries.compiled(1),
    ):
        with pytest.raises(UnscopedQuery):
            ask()


def test_a_scope_shows_its_bodies_and_no_other(bodies: list[PublicBody]) -> None:
    first, second, third = bodies
    with scope({first.pk}):
        assert unit_names() == ["Atención uno"]
        assert Unit.objects.filter(public_body=second).count() == 0
        assert Unit.objects.filter(public_body=second).update(name="x") == 0
    with scope({first.pk, third.pk}):
        assert unit_names() == ["Atención tres", "Atención uno"]
    with scope(set()):
        assert unit_names() == NO_NAMES
    assert len(queries.bodies()) == 3


def test_a_calendar_of_another_body_is_not_found(bodies: list[PublicBody]) -> None:
    first, second, _third = bodies
    with scope({first.pk}):
        calendar = actions.create_calendar(first, "oficina", "Oficina", {0: "9 a 17"})
    with scope({second.pk}):
        assert queries.calendar(first, "oficina") is None
        with pytest.raises(Calendar.DoesNotExist):
            queries.compiled(calendar.pk)


def test_scopes_nest_and_end_also_when_something_fails(bodies: list[PublicBody]) -> None:
    first, second, _third = bodies

    def fail_inside() -> None:
        with scope({second.pk}):
            raise ZeroDivisionError

    with scope({first.pk}):
        with scope({second.pk}):
            assert current_scope() == {second.pk}
        assert current_scope() == {first.pk}
        with pytest.raises(ZeroDivisionError):
            fail_inside()
        assert current_scope() == {first.pk}
    with pytest.raises(UnscopedQuery):
        current_scope()


def test_a_query_made_inside_a_scope_keeps_it(bodies: list[PublicBody]) -> None:
    """What was chosen stays chosen; a lazy query evaluated later shows no more."""
    with scope({bodies[0].pk}):
        lazy = Unit.objects.order_by("name")
    with scope({bodies[1].pk}):
        assert [unit.name for unit in lazy] == ["Atención uno"]


def test_a_thread_begins_without_a_scope() -> None:
    with scope({1}), ThreadPoolExecutor(1) as pool:
        assert isinstance(pool.submit(current_scope).exception(), UnscopedQuery)


def test_threads_at_once_keep_apart() -> None:
    barrier = Barrier(4)

    def look(body_id: int) -> bool:
        with scope({body_id}):
            barrier.wait(timeout=10)
            seen = current_scope()
            barrier.wait(timeout=10)
            return seen == current_scope() == {body_id}

    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(look, range(4)))


def test_tasks_at_once_keep_apart_also_through_a_thread() -> None:
    async def look(body_id: int) -> frozenset[int]:
        with scope({body_id}):
            await asyncio.sleep(0)
            seen = await sync_to_async(current_scope)()
            await asyncio.sleep(0)
            assert seen == current_scope()
            return seen

    async def look_at_all() -> list[frozenset[int]]:
        return await asyncio.gather(*(look(body_id) for body_id in range(20)))

    assert asyncio.run(look_at_all()) == [frozenset({body_id}) for body_id in range(20)]


def test_the_only_body(bodies: list[PublicBody]) -> None:
    with pytest.raises(queries.NotTheOnlyBody):
        queries.only_body()
    for body in bodies[1:]:
        actions.change_body(body, is_active=False)
    assert queries.only_body() == bodies[0]
    assert queries.body_by_host("lo-que-sea") == bodies[0]


def test_the_portal_finds_its_body_by_host(bodies: list[PublicBody]) -> None:
    actions.change_body(bodies[1], host_names=[" Dos.GUB.uy ", ""])
    assert queries.body_by_host("dos.gub.uy") == bodies[1]
    assert queries.body_by_host("DOS.gub.uy") == bodies[1]
    assert queries.body_by_host("otro.gub.uy") is None
