"""How a body shares out its work: its own choice, no rule of the standard."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from ventanilla.organisation.scoping import Owned
from ventanilla.routing.order_rules import HEAD_START_PERCENT, HEAD_START_PERCENT_MOST
from ventanilla.workforce.models import Team


class BodyRouting(Owned):
    """The body's choices; without a row the defaults hold."""

    channel_weights = models.JSONField(_("peso de cada canal"), default=dict, blank=True)
    """Channel to whole number; a channel that is not named weighs as `rules.WEIGHTS` says."""
    prefers_who_knows = models.BooleanField(_("primero quien conoce el caso"), default=True)
    head_start_percent = models.PositiveSmallIntegerField(
        _("ventaja de la atención preferencial"),
        default=HEAD_START_PERCENT,
        validators=[MinValueValidator(0), MaxValueValidator(HEAD_START_PERCENT_MOST)],
    )
    """Of the promised time, in hundredths: a preferential case counts as if it had waited so much more."""

    class Meta(Owned.Meta):
        verbose_name = _("reparto del trabajo")
        verbose_name_plural = _("reparto del trabajo")
        constraints = [models.UniqueConstraint(fields=["public_body"], name="body_routing_once")]

    def __str__(self) -> str:
        return str(self.public_body)


class OnlyIf(models.TextChoices):
    NOBODY_PRESENT = "nobody_present", _("no hay nadie presente con certificado")
    EVERYBODY_FULL = "everybody_full", _("quienes pueden están en su máximo")
    ANY = "any", _("por cualquiera de los dos motivos")


class OverflowRule(Owned):
    """When a team cannot take a case, another may: of the body, or of a provider whose contract covers the channel."""

    from_team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+", verbose_name=_("del equipo"))
    to_team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+", verbose_name=_("al equipo"))
    channel = models.CharField(_("canal"), max_length=30, blank=True)
    """ "" is any."""
    after_minutes = models.PositiveIntegerField(_("después de esperar (minutos)"), default=0)
    only_if = models.CharField(_("solo si"), max_length=15, choices=OnlyIf, default=OnlyIf.ANY)
    position = models.PositiveSmallIntegerField(_("orden"), default=0)
    is_active = models.BooleanField(_("activa"), default=True)

    class Meta(Owned.Meta):
        verbose_name = _("regla de desborde")
        verbose_name_plural = _("reglas de desborde")
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(condition=~models.Q(from_team=models.F("to_team")), name="overflow_to_another_team")
        ]

    def __str__(self) -> str:
        return f"{self.from_team} → {self.to_team}"
