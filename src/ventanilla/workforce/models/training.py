"""Training: what proves that somebody may attend a channel."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from ventanilla.workforce.models.people import Agent


class Certificate(models.Model):
    """Proof that an agent was trained for a channel. Source: domain.md 1.1, seed ("agentes entrenados…")."""

    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="certificates")
    channel = models.CharField(_("canal"), max_length=30)
    valid_from_on = models.DateField(_("desde"))
    valid_until_on = models.DateField(_("hasta"), null=True, blank=True)
    """The last day it counts; empty has no end."""

    class Meta:
        verbose_name = _("certificado por canal")
        verbose_name_plural = _("certificados por canal")
        constraints = [models.UniqueConstraint(fields=["agent", "channel", "valid_from_on"], name="certificate_once")]
