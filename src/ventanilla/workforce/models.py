"""Teams, agents, certificates."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from ventanilla.accounts.models import User
from ventanilla.intake.models import ChannelAccount
from ventanilla.organisation.models import Unit
from ventanilla.organisation.scoping import Owned


class Team(Owned):
    """Agents who attend the same channel accounts. `provider_name` is set when the centre is contracted (domain.md
    1.1)."""

    slug = models.SlugField(_("identificador"))
    name = models.CharField(_("nombre"), max_length=200)
    unit = models.ForeignKey(
        Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("unidad")
    )
    provider_name = models.CharField(_("proveedor"), max_length=200, blank=True)
    accounts = models.ManyToManyField(
        ChannelAccount, related_name="+", blank=True, verbose_name=_("cuentas que atiende")
    )
    is_active = models.BooleanField(_("activo"), default=True)

    class Meta(Owned.Meta):
        verbose_name = _("equipo")
        verbose_name_plural = _("equipos")
        constraints = [models.UniqueConstraint(fields=["public_body", "slug"], name="team_slug_once")]

    def __str__(self) -> str:
        return self.name


class Presence(models.TextChoices):
    AVAILABLE = "available", _("disponible")
    PAUSED = "paused", _("en pausa")
    AWAY = "away", _("ausente")


class Agent(models.Model):
    """A member of staff who attends people; not owned, since a shared centre's agent serves several bodies by her
    teams."""

    user = models.OneToOneField(User, on_delete=models.PROTECT, related_name="+")
    presence = models.CharField(_("presencia"), max_length=10, choices=Presence, default=Presence.AWAY)
    presence_changed_at = models.DateTimeField(null=True)
    max_open_cases = models.PositiveSmallIntegerField(_("máximo de solicitudes abiertas"), default=40)
    """No official number: the body's own choice. Routing gives no more; an agent may still take more."""
    teams = models.ManyToManyField(Team, related_name="agents", blank=True, verbose_name=_("equipos"))

    class Meta:
        verbose_name = _("ejecutivo/a de atención")
        verbose_name_plural = _("ejecutivos y ejecutivas de atención")

    def __str__(self) -> str:
        return self.user.display_name


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
