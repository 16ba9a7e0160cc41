"""Services."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from ventanilla.organisation.models import Unit
from ventanilla.organisation.scoping import Owned


class Service(Owned):
    """Something the body does for people. Source: domain.md 1.9 (each names the unit responsible)."""

    unit = models.ForeignKey(
        Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("unidad responsable")
    )
    slug = models.SlugField(_("identificador"))
    name = models.CharField(_("nombre"), max_length=200)
    summary = models.TextField(_("qué es"), blank=True)
    is_active = models.BooleanField(_("activo"), default=True)

    class Meta(Owned.Meta):
        verbose_name = _("servicio")
        verbose_name_plural = _("servicios")
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["public_body", "slug"], name="service_slug_once")]

    def __str__(self) -> str:
        return self.name
