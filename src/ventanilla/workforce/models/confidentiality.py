"""What whoever attends promises to keep to herself, and that she signed it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from ventanilla.organisation.scoping import Owned
from ventanilla.workforce.models.people import Agent


class DemandedOf(models.TextChoices):
    PROVIDERS = "providers", _("quienes atienden por un proveedor")
    EVERYBODY = "everybody", _("todas las personas que atienden")
    NOBODY = "nobody", _("nadie")


class Statement(Owned):
    """One version of a body's confidentiality statement; the newest counts, and each version is signed anew.

    Source: Ley 18.331 art. 11 (whoever comes to know personal data keeps the secret, also after leaving).
    """

    version = models.PositiveSmallIntegerField(_("versión"), default=1)
    text = models.TextField(_("texto"))
    demanded_of = models.CharField(
        _("quiénes la firman"), max_length=10, choices=DemandedOf, default=DemandedOf.PROVIDERS
    )
    is_current = models.BooleanField(_("vigente"), default=True)
    written_at = models.DateTimeField(_("escrita"))

    class Meta(Owned.Meta):
        verbose_name = _("declaración de confidencialidad")
        verbose_name_plural = _("declaraciones de confidencialidad")
        ordering = ["-version"]
        constraints = [
            models.UniqueConstraint(fields=["public_body", "version"], name="statement_version_once"),
            models.UniqueConstraint(
                fields=["public_body"], condition=models.Q(is_current=True), name="statement_one_current"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.public_body} v{self.version}"


class Signature(models.Model):
    """That an agent read a version and gave her word. Never changed, never removed."""

    statement = models.ForeignKey(
        Statement, on_delete=models.PROTECT, related_name="signatures", verbose_name=_("declaración")
    )
    agent = models.ForeignKey(Agent, on_delete=models.PROTECT, related_name="signatures", verbose_name=_("persona"))
    signed_at = models.DateTimeField(_("firmada"))

    class Meta:
        verbose_name = _("firma")
        verbose_name_plural = _("firmas")
        ordering = ["-signed_at"]
        constraints = [models.UniqueConstraint(fields=["statement", "agent"], name="signature_once")]
