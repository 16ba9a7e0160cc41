"""Makes and changes services."""

from typing import Any

from django.db import transaction

from ventanilla.catalogue import events
from ventanilla.catalogue.models import Service
from ventanilla.journal.actions import NewFact, record
from ventanilla.journal.actors import SYSTEM, Actor
from ventanilla.organisation.models import PublicBody, Unit


class ForeignUnit(ValueError):
    """The unit belongs to another body than the service."""


@transaction.atomic
def create_service(
    body: PublicBody,
    slug: str,
    name: str,
    *,
    unit: Unit | None = None,
    summary: str = "",
    is_active: bool = True,
    by: Actor = SYSTEM,
) -> Service:
    """A new service of the body. Raises ForeignUnit."""
    _refuse_foreign(unit, body.pk)
    service: Service = Service.objects.create(
        public_body=body, slug=slug, name=name, unit=unit, summary=summary, is_active=is_active
    )
    unit_id = unit.pk if unit else None
    record(NewFact(events.SERVICE_CREATED, body.pk, by, service_id=service.pk, unit_id=unit_id))
    return service


@transaction.atomic
def change_service(service: Service, *, by: Actor = SYSTEM, **fields: Any) -> Service:
    """Set these fields of the service. Raises ForeignUnit."""
    _refuse_foreign(fields.get("unit"), service.public_body_id)
    for field, value in fields.items():
        setattr(service, field, value)
    service.save(update_fields=list(fields))
    record(
        NewFact(
            events.SERVICE_CHANGED,
            service.public_body_id,
            by,
            service_id=service.pk,
            unit_id=service.unit_id,
            details={"fields": sorted(fields)},
        )
    )
    return service


def _refuse_foreign(unit: Unit | None, body_id: int) -> None:
    if unit is not None and unit.public_body_id != body_id:
        raise ForeignUnit("a service belongs to a unit of its own body")
