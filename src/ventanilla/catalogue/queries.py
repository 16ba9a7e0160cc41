"""Questions to the catalogue."""

from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from ventanilla.catalogue.models import Service


def services() -> list[Service]:
    """Those in use, by name, with their unit."""
    return list(Service.objects.filter(is_active=True).select_related("unit"))


def service(service_id: int) -> Service | None:
    found: Service | None = Service.objects.select_related("unit").filter(pk=service_id).first()
    return found


def service_by_slug(slug: str) -> Service | None:
    """In a scope of several bodies that share the slug, the one of the first."""
    found: Service | None = Service.objects.select_related("unit").filter(slug=slug).order_by("public_body_id").first()
    return found


def services_by_id(service_ids: set[int]) -> dict[int, Service]:
    return Service.objects.select_related("unit").in_bulk(service_ids)


def ids_by_slug(body_id: int, slugs: set[str]) -> dict[str, int]:
    """Ids of the body's services in use; asks nothing when nobody named one."""
    wanted = {slug for slug in slugs if slug}
    if not wanted:
        return {}
    rows = Service.objects.filter(public_body_id=body_id, slug__in=wanted, is_active=True)
    return dict(rows.values_list("slug", "pk"))


def of_units(unit_ids: RawSQL) -> QuerySet[Service]:
    """What these units (organisation.queries.under) are responsible for, out of use too, whatever the scope."""
    return Service.unscoped.filter(unit_id__in=unit_ids).order_by()
