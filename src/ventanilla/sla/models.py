"""Policies and clocks."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from ventanilla.cases.models import Case
from ventanilla.catalogue.models import Service
from ventanilla.organisation.models import Calendar
from ventanilla.organisation.scoping import Owned


class ClockKind(models.TextChoices):
    FIRST_RESPONSE = "first_response", _("primera respuesta")
    RESOLUTION = "resolution", _("resolución")
    LEGAL = "legal", _("plazo legal")
    REFERRAL = "referral", _("derivación")
    """How long a unit or another body takes to answer the centre. Nobody promised it to the person."""


class Basis(models.TextChoices):
    """How a promise is counted: `rules.Counting`, in words."""

    CALENDAR_HOURS = "calendar_hours", _("horas corridas")
    NEXT_BUSINESS_DAY = "next_business_day", _("días hábiles, a la misma hora")
    BUSINESS_DAY_HOURS = "business_day_hours", _("horas de días hábiles, las 24 de cada día")
    OFFICE_HOURS = "office_hours", _("horas de atención")
    BUSINESS_DAYS = "business_days", _("días hábiles, desde el día siguiente")
    CALENDAR_DAYS = "calendar_days", _("días corridos, desde el día siguiente")


class Policy(Owned):
    """A promise: within so many minutes, counted on that basis. The most specific one that fits a case applies.

    Source: domain.md 1.2, 1.5, T1. "" or None in `channel`, `case_type`, `service` fits any. Laws do not push each
    other aside: of kind `legal`, every one that fits applies.
    """

    slug = models.SlugField(_("identificador"))
    name = models.CharField(_("nombre"), max_length=200)
    kind = models.CharField(_("plazo"), max_length=15, choices=ClockKind)
    channel = models.CharField(_("canal"), max_length=30, blank=True)
    case_type = models.CharField(_("tipo"), max_length=15, blank=True)
    service = models.ForeignKey(
        Service, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("servicio")
    )
    basis = models.CharField(_("cómo se cuenta"), max_length=25, choices=Basis)
    target_minutes = models.PositiveIntegerField(_("minutos"))
    """A day of the bases that count days is 1,440 of them."""
    stops_in_turismo = models.BooleanField(_("no corre en la Semana de Turismo"), default=False)
    """For days of the calendar. Source: Decreto 500/991 art. 109; whether it survives Ley 20.333 is not verified."""
    warning_minutes = models.PositiveIntegerField(_("minutos de aviso previo"))
    """How long before the due moment, in the same business time, the warning goes out."""
    calendar = models.ForeignKey(Calendar, on_delete=models.PROTECT, related_name="+", verbose_name=_("calendario"))
    pauses_while_waiting = models.BooleanField(_("se detiene mientras espera a la persona"), default=True)
    is_official = models.BooleanField(_("surge del Modelo o de una norma"), default=False)
    source = models.CharField(_("fuente"), max_length=200, blank=True)
    is_active = models.BooleanField(_("activo"), default=True)

    class Meta(Owned.Meta):
        verbose_name = _("estándar de respuesta")
        verbose_name_plural = _("estándares de respuesta")
        constraints = [models.UniqueConstraint(fields=["public_body", "slug"], name="policy_slug_once")]

    def __str__(self) -> str:
        return self.name


class ClockState(models.TextChoices):
    RUNNING = "running", _("corriendo")
    PAUSED = "paused", _("en pausa")
    MET = "met", _("cumplido")
    MISSED = "missed", _("vencido")
    CANCELLED = "cancelled", _("anulado")


class Clock(Owned):
    """One promise about one case, counted in stretches so that a pause never makes it run backwards."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    policy = models.ForeignKey(Policy, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=15, choices=ClockKind)
    state = models.CharField(max_length=10, choices=ClockState, default=ClockState.RUNNING)
    started_at = models.DateTimeField()
    stretches = models.JSONField(default=list)
    """Finished running stretches, [[from, to], …] as ISO 8601; the running one began at `running_since`."""
    running_since = models.DateTimeField(null=True)
    target_seconds = models.PositiveBigIntegerField()
    """The policy's when the clock started: a promise that was told does not change with its policy."""
    announced_due_at = models.DateTimeField(null=True)
    """The date told to the person with "it is complex"; `target_seconds` stays for the indicators."""
    is_restart = models.BooleanField(default=False)
    """Begun by what the person said later (a reopening, another question), not by the opening of the case."""
    channel = models.CharField(max_length=30, blank=True)
    """The one that the case came in by; indicators need it with every fact."""
    due_at = models.DateTimeField(null=True)
    """None while paused, and while the calendar has no hours to count; the next recount may find some."""
    warn_at = models.DateTimeField(null=True)
    warned_at = models.DateTimeField(null=True)
    breached_at = models.DateTimeField(null=True)
    """When the house noticed that the due moment had passed."""
    stopped_at = models.DateTimeField(null=True)
    calendar_version = models.PositiveIntegerField()
    """Of the calendar by which the due moment was counted; 0 when it must be counted again in any case."""

    class Meta(Owned.Meta):
        indexes = [
            models.Index(fields=["case"], name="clock_of_case"),
            models.Index(
                fields=["warn_at"], condition=models.Q(state="running", warned_at__isnull=True), name="clock_to_warn"
            ),
            models.Index(
                fields=["due_at"], condition=models.Q(state="running", breached_at__isnull=True), name="clock_to_breach"
            ),
            models.Index(
                fields=["policy", "calendar_version"],
                condition=models.Q(state__in=["running", "paused"]),
                name="clock_to_recount",
            ),
        ]
        constraints = [
            # A case has one open promise of a policy; it may have had others.
            models.UniqueConstraint(
                fields=["case", "policy"], condition=models.Q(state__in=["running", "paused"]), name="clock_open_once"
            ),
        ]

    @property
    def label(self) -> str:
        """What a screen calls it: a second promise of an answer is not a first answer."""
        if self.is_restart and self.kind == ClockKind.FIRST_RESPONSE:
            return str(_("respuesta a lo último que escribió"))
        return str(ClockKind(self.kind).label)
