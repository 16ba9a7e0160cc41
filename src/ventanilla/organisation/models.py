"""Bodies, units, offices, calendars."""

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from ventanilla.organisation.scoping import Owned

MINUTES_A_DAY = 24 * 60


class PublicBody(models.Model):
    """Who answers. Not owned: it is the owner, so it has no scope of its own."""

    slug = models.SlugField(_("identificador"), unique=True)
    name = models.CharField(_("nombre"), max_length=200)
    host_names = ArrayField(
        models.CharField(max_length=253), default=list, blank=True, verbose_name=_("nombres de host")
    )
    """The portal finds the body by host name; empty when it is the only one."""
    default_calendar = models.ForeignKey(
        "organisation.Calendar",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("calendario"),
    )
    acknowledgement_text = models.TextField(_("texto de acuse"), blank=True)
    """What the body adds to each acknowledgement."""
    signature_text = models.TextField(_("firma de las respuestas"), blank=True)
    reopen_window_days = models.PositiveSmallIntegerField(_("días para reabrir"), default=30)
    """No official number (domain.md, NOT FOUND): the body's own choice."""
    allows_anonymous = models.BooleanField(_("admite solicitudes anónimas"), default=False)
    """Whether the portal takes a request from somebody who says nothing of herself; she follows it by its key."""
    welcome_text = models.TextField(_("bienvenida del portal"), blank=True)
    emergency_text = models.TextField(_("aviso de emergencia"), blank=True)
    """Shown on top of every page of the portal while it is not empty, until `emergency_until`."""
    emergency_until = models.DateTimeField(_("mostrar el aviso hasta"), null=True, blank=True)
    data_controller = models.CharField(_("responsable de la base de datos"), max_length=300, blank=True)
    """Told before data is asked for, with the three that follow (Ley 18.331 art. 13)."""
    database_name = models.CharField(_("nombre de la base de datos"), max_length=300, blank=True)
    privacy_contact = models.CharField(_("contacto de protección de datos"), max_length=300, blank=True)
    """Where a person turns to see, correct or delete her data: the data-protection officer (domain.md 2.3)."""
    accessibility_contact = models.CharField(_("contacto de accesibilidad"), max_length=300, blank=True)
    is_active = models.BooleanField(_("activo"), default=True)

    class Meta:
        verbose_name = _("organismo")
        verbose_name_plural = _("organismos")

    def __str__(self) -> str:
        return self.name


class Unit(Owned):
    """A part of a body; the second level lives in units."""

    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("depende de")
    )
    slug = models.SlugField(_("identificador"))
    name = models.CharField(_("nombre"), max_length=200)
    email = models.EmailField(_("correo"), blank=True)

    class Meta(Owned.Meta):
        verbose_name = _("unidad")
        verbose_name_plural = _("unidades")
        constraints = [models.UniqueConstraint(fields=["public_body", "slug"], name="unit_slug_once")]

    def __str__(self) -> str:
        return self.name


class Calendar(Owned):
    """When something is open: the hours of each weekday, the national holidays, and the body's own days.

    Source: domain.md 2.8; Decreto 500/991 art. 113.
    """

    slug = models.SlugField(_("identificador"))
    name = models.CharField(_("nombre"), max_length=200)
    time_zone = models.CharField(_("huso horario"), max_length=50, default="America/Montevideo")
    closes_on_national_holidays = models.BooleanField(_("cierra los feriados nacionales"), default=True)
    version = models.PositiveIntegerField(editable=False)
    """Grows with every change, so that open clocks know they must be counted again. From a sequence of the database:
    a number that was rolled back is never given again, so a calendar kept in memory under its version stays true."""
    holidays_digest = models.CharField(max_length=64, default="", editable=False)
    """Of the national holidays that the version knows; another one calls for a new version."""

    class Meta(Owned.Meta):
        verbose_name = _("calendario")
        verbose_name_plural = _("calendarios")
        constraints = [models.UniqueConstraint(fields=["public_body", "slug"], name="calendar_slug_once")]

    def __str__(self) -> str:
        return self.name


class CalendarInterval(models.Model):
    """One interval of a weekday; a lunch break is two intervals. Minutes count from local midnight, 0 to 1440."""

    calendar = models.ForeignKey(Calendar, on_delete=models.CASCADE, related_name="intervals")
    weekday = models.PositiveSmallIntegerField(_("día"), validators=[MaxValueValidator(6)])
    """0 is Monday."""
    opens_minute = models.PositiveSmallIntegerField(_("abre"), validators=[MaxValueValidator(MINUTES_A_DAY - 1)])
    closes_minute = models.PositiveSmallIntegerField(
        _("cierra"), validators=[MinValueValidator(1), MaxValueValidator(MINUTES_A_DAY)]
    )

    class Meta:
        verbose_name = _("horario")
        verbose_name_plural = _("horarios")
        ordering = ["weekday", "opens_minute"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(opens_minute__lt=models.F("closes_minute")), name="interval_runs_forward"
            ),
        ]


class CalendarDay(models.Model):
    """A date that is not like its weekday: a closure, a half day, a special opening, a national holiday that is worked.

    `intervals` is a list of [opens_minute, closes_minute]; empty means closed.
    """

    calendar = models.ForeignKey(Calendar, on_delete=models.CASCADE, related_name="days")
    on = models.DateField(_("fecha"))
    name = models.CharField(_("motivo"), max_length=200)
    intervals = models.JSONField(_("horarios"), default=list, blank=True)

    class Meta:
        verbose_name = _("día especial")
        verbose_name_plural = _("días especiales")
        ordering = ["on"]
        constraints = [models.UniqueConstraint(fields=["calendar", "on"], name="calendar_day_once")]


class Office(Owned):
    """A place where people are attended in person."""

    unit = models.ForeignKey(
        Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("unidad")
    )
    name = models.CharField(_("nombre"), max_length=200)
    address = models.CharField(_("dirección"), max_length=300)
    phone = models.CharField(_("teléfono"), max_length=50, blank=True)
    calendar = models.ForeignKey(
        Calendar, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("horario")
    )

    class Meta(Owned.Meta):
        verbose_name = _("oficina")
        verbose_name_plural = _("oficinas")

    def __str__(self) -> str:
        return self.name


class OtherBody(Owned):
    """A body outside the installation, to which people are pointed when a matter is not this one's.

    Source: domain.md 1.4, branch C. All of it is told to people: only what that body itself publishes belongs here.
    """

    name = models.CharField(_("nombre"), max_length=200)
    purpose = models.CharField(_("para qué"), max_length=300, blank=True)
    """In people's words: they are searched when somebody looks for the right body."""
    website = models.URLField(_("sitio web"), blank=True)
    phone = models.CharField(_("teléfono"), max_length=100, blank=True)
    email = models.EmailField(_("correo"), blank=True)
    address = models.CharField(_("dirección"), max_length=300, blank=True)
    hours = models.CharField(_("horario"), max_length=200, blank=True)
    is_active = models.BooleanField(_("activo"), default=True)

    class Meta(Owned.Meta):
        verbose_name = _("organismo de la guía")
        verbose_name_plural = _("guía de organismos")
        constraints = [models.UniqueConstraint(fields=["public_body", "name"], name="other_body_once")]

    def __str__(self) -> str:
        return self.name
