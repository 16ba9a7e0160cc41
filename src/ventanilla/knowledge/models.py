"""Canned replies."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from ventanilla.catalogue.models import Service
from ventanilla.organisation.scoping import Owned


class CannedReply(Owned):
    """A text to begin an answer from. Variables in double braces are listed in knowledge/rules.py."""

    title = models.CharField(_("título"), max_length=120)
    shortcut = models.SlugField(_("atajo"), max_length=30)
    text = models.TextField(_("texto"))
    service = models.ForeignKey(
        Service, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("servicio")
    )
    is_active = models.BooleanField(_("activa"), default=True)

    class Meta(Owned.Meta):
        verbose_name = _("plantilla de respuesta")
        verbose_name_plural = _("plantillas de respuesta")
        ordering = ["title"]
        constraints = [models.UniqueConstraint(fields=["public_body", "shortcut"], name="canned_shortcut_once")]

    def __str__(self) -> str:
        return self.title
