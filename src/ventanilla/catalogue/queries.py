"""Questions to the catalogue."""

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
