"""Providers, teams, agents and whether they are at their place."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from ventanilla.accounts.models import User
from ventanilla.catalogue.models import Service
from ventanilla.intake.models import ChannelAccount
from ventanilla.organisation.models import Unit
from ventanilla.organisation.scoping import Owned


class ProviderSight(models.TextChoices):
    TEAMS = "teams", _("las solicitudes de sus equipos")
    OWN = "own", _("solo las que atiende cada ejecutivo o ejecutiva")


class Provider(Owned):
    """A company that attends for the body, and what its contract lets it see (domain.md 1.1).

    A row is one contract of one body: a company that serves several bodies has one with each, with its own days and
    channels. Its people see the cases of its teams while the contract lasts, and nothing after it.
    """

    name = models.CharField(_("nombre"), max_length=200)
    contract_from_on = models.DateField(_("contrato desde"))
    contract_until_on = models.DateField(_("contrato hasta"), null=True, blank=True)
    """The last day it counts; empty has no end."""
    channels = ArrayField(models.CharField(max_length=30), default=list, blank=True, verbose_name=_("canales"))
    """Those that the contract covers; empty covers all."""
    sight = models.CharField(
        _("qué ve su gente"),
        max_length=10,
        choices=ProviderSight,
        default=ProviderSight.TEAMS,
        db_default=ProviderSight.TEAMS,
    )
    told_days = models.PositiveSmallIntegerField(null=True, editable=False)
    """For the end that is written now: the last of the warnings given, by the days that were left."""
    ended_at = models.DateTimeField(null=True, editable=False)
    """When the house settled the end: what its agents held went back to the body."""

    class Meta(Owned.Meta):
        verbose_name = _("proveedor")
        verbose_name_plural = _("proveedores")
        constraints = [
            models.UniqueConstraint(fields=["public_body", "name"], name="provider_once"),
            models.CheckConstraint(
                condition=models.Q(contract_until_on__isnull=True)
                | models.Q(contract_until_on__gte=models.F("contract_from_on")),
                name="contract_runs_forward",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Team(Owned):
    """Agents who attend the same channel accounts; a provider's, when the centre is contracted."""

    slug = models.SlugField(_("identificador"))
    name = models.CharField(_("nombre"), max_length=200)
    unit = models.ForeignKey(
        Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("unidad")
    )
    provider = models.ForeignKey(
        Provider, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("proveedor")
    )
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

    @property
    def provider_name(self) -> str:
        """ "" for the body's own. Have `provider` at hand."""
        return self.provider.name if self.provider else ""


class Presence(models.TextChoices):
    AVAILABLE = "available", _("disponible")
    PAUSED = "paused", _("en pausa")
    AWAY = "away", _("ausente")
    """By itself: nobody says this of herself, and her next act ends it."""
    GONE = "gone", _("fuera")


class PauseReason(models.TextChoices):
    """Why somebody pauses. No norm lists reasons: these are the body's words for its own order, but for the two rests,
    which Decreto 147/012 gives to whoever attends by telephone or by messages (domain.md 2.2)."""

    REST = "rest", _("descanso")
    """The half hour within the day of six and a half."""
    SHORT_REST = "short_rest", _("descanso complementario de 10 minutos")
    TRAINING = "training", _("capacitación")
    MEETING = "meeting", _("reunión")
    FOLLOWING_UP = "following_up", _("seguimiento de solicitudes")
    OTHER = "other", _("otro motivo")


def only_spanish() -> list[str]:
    return ["es"]


class Agent(models.Model):
    """A member of staff who attends people; not owned, since a shared centre's agent serves several bodies by her
    teams."""

    user = models.OneToOneField(User, on_delete=models.PROTECT, related_name="+")
    presence = models.CharField(_("presencia"), max_length=10, choices=Presence, default=Presence.GONE)
    pause_reason = models.CharField(
        _("motivo de la pausa"), max_length=20, choices=PauseReason, blank=True, default="", db_default=""
    )
    """ "" unless paused."""
    presence_changed_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)
    """Her last sign of life, exact to about a minute; empty until the first one, and then no absence is counted."""
    languages = ArrayField(
        models.CharField(max_length=3), default=only_spanish, db_default=["es"], verbose_name=_("lenguas")
    )
    """ISO 639 codes; `ugy` is the Lengua de Señas Uruguaya (domain.md 2.7)."""
    services = models.ManyToManyField(Service, related_name="+", blank=True, verbose_name=_("servicios que conoce"))
    max_open_cases = models.PositiveSmallIntegerField(_("máximo de solicitudes abiertas"), default=40)
    """No official number: the body's own choice. Routing gives no more; an agent may still take more."""
    teams = models.ManyToManyField(Team, related_name="agents", blank=True, verbose_name=_("equipos"))

    class Meta:
        verbose_name = _("ejecutivo/a de atención")
        verbose_name_plural = _("ejecutivos y ejecutivas de atención")

    def __str__(self) -> str:
        return self.user.display_name
