"""Training: courses, who took them, and what proves that somebody may attend a channel."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from ventanilla.accounts.models import User
from ventanilla.organisation.scoping import Owned
from ventanilla.workforce.models.people import Agent


class Course(Owned):
    """One version of a body's course; another text is another version, so that a finished run can always be read."""

    slug = models.SlugField(_("identificador"))
    version = models.PositiveSmallIntegerField(_("versión"), default=1)
    channel = models.CharField(_("canal"), max_length=30)
    title = models.CharField(_("título"), max_length=200)
    summary = models.TextField(_("resumen"))
    content = models.JSONField(_("contenido"))
    """`lessons` and `questions`, as `training_rules.read_content` reads them."""
    pass_percent = models.PositiveSmallIntegerField(
        _("porcentaje para aprobar"), default=75, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    """No official number: the body's own choice."""
    valid_months = models.PositiveSmallIntegerField(
        _("meses que vale"), default=12, validators=[MinValueValidator(1), MaxValueValidator(120)]
    )
    """No official number: the body's own choice."""
    is_active = models.BooleanField(_("vigente"), default=True)

    class Meta(Owned.Meta):
        verbose_name = _("curso")
        verbose_name_plural = _("cursos")
        ordering = ["channel", "title"]
        constraints = [
            models.UniqueConstraint(fields=["public_body", "slug", "version"], name="course_version_once"),
            models.UniqueConstraint(
                fields=["public_body", "slug"], condition=models.Q(is_active=True), name="course_one_active"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class CourseRun(models.Model):
    """An agent takes a course once; what she read and answered is kept as she goes."""

    agent = models.ForeignKey(Agent, on_delete=models.PROTECT, related_name="course_runs", verbose_name=_("persona"))
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="runs", verbose_name=_("curso"))
    lessons_read = models.PositiveSmallIntegerField(_("lecciones leídas"), default=0)
    answers = models.JSONField(_("respuestas"), default=dict)
    """The option chosen, from 0, by the question's number as text."""
    score_percent = models.PositiveSmallIntegerField(_("resultado"), null=True)
    is_passed = models.BooleanField(_("aprobado"), null=True)
    started_at = models.DateTimeField(_("empezado"))
    finished_at = models.DateTimeField(_("terminado"), null=True)

    class Meta:
        verbose_name = _("curso hecho")
        verbose_name_plural = _("cursos hechos")
        ordering = ["-started_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["agent", "course"], condition=models.Q(finished_at=None), name="course_one_open_run"
            )
        ]


class CertificateSource(models.TextChoices):
    COURSE = "course", _("curso de la casa")
    OUTSIDE = "outside", _("capacitación externa")


class Certificate(models.Model):
    """Proof that an agent was trained for a channel. Source: domain.md 1.1, seed ("agentes entrenados…")."""

    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="certificates")
    channel = models.CharField(_("canal"), max_length=30)
    valid_from_on = models.DateField(_("desde"))
    valid_until_on = models.DateField(_("hasta"), null=True, blank=True)
    """The last day it counts; empty has no end."""
    source = models.CharField(
        _("de dónde viene"),
        max_length=10,
        choices=CertificateSource,
        default=CertificateSource.OUTSIDE,
        db_default=CertificateSource.OUTSIDE,
    )
    run = models.OneToOneField(
        CourseRun, null=True, blank=True, on_delete=models.PROTECT, related_name="certificate", editable=False
    )
    """The course that was passed; empty when it came from elsewhere."""
    revoked_on = models.DateField(_("revocado"), null=True, blank=True, editable=False)
    """From this day on it does not count."""
    told_days = models.PositiveSmallIntegerField(null=True, editable=False)
    """For the end that is written now: the last of the warnings given, by the days that were left."""

    class Meta:
        verbose_name = _("certificado por canal")
        verbose_name_plural = _("certificados por canal")
        constraints = [models.UniqueConstraint(fields=["agent", "channel", "valid_from_on"], name="certificate_once")]


class Exemption(models.Model):
    """A supervisor lets somebody attend a channel without a certificate, for a reason and for a while."""

    agent = models.ForeignKey(Agent, on_delete=models.PROTECT, related_name="exemptions", verbose_name=_("persona"))
    channel = models.CharField(_("canal"), max_length=30)
    granted_by = models.ForeignKey(
        User, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("quién la dio")
    )
    """Empty when the house itself gave it."""
    reason = models.CharField(_("motivo"), max_length=300)
    from_at = models.DateTimeField(_("desde"))
    until_at = models.DateTimeField(_("hasta"))
    """The first moment at which it no longer counts."""
    ended_at = models.DateTimeField(_("terminada"), null=True)
    """Somebody ended it before its time."""

    class Meta:
        verbose_name = _("excepción de capacitación")
        verbose_name_plural = _("excepciones de capacitación")
        ordering = ["-from_at"]
        constraints = [
            models.CheckConstraint(condition=models.Q(until_at__gt=models.F("from_at")), name="exemption_runs_forward")
        ]
