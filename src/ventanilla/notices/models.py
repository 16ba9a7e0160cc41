"""Notices, and what each person wants to hear of."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from ventanilla.accounts.models import User
from ventanilla.cases.models import Case
from ventanilla.notices.rules import DAY_BEGINS_HOUR, NIGHT_BEGINS_HOUR
from ventanilla.organisation.scoping import Owned


class Kind(models.TextChoices):
    """What a notice is about; `rules.DEFAULTS` says which ones a person gets who has set nothing."""

    ASSIGNED = "assigned", _("Me asignan una solicitud")
    TEAM = "team", _("Llega una solicitud a la cola de mi equipo")
    PERSON_ANSWERED = "person_answered", _("La persona escribe en una solicitud mía")
    DUE_SOON = "due_soon", _("Está por vencer un plazo de una solicitud mía")
    OVERDUE = "overdue", _("Venció un plazo de una solicitud mía")
    REFERRED = "referred", _("Derivan una solicitud a mi unidad")
    REFERRAL_ANSWERED = "referral_answered", _("Responden una derivación que pedí")
    REFERRAL_DUE = "referral_due", _("Está por vencer o venció una derivación de mi unidad")
    UNDELIVERED = "undelivered", _("No se pudo enviar un mensaje de una solicitud mía")
    BATCH_FINISHED = "batch_finished", _("Termina una acción que pedí sobre muchas solicitudes")
    TRAINING = "training", _("Cambia lo que puedo atender: certificados y excepciones")
    CONFIDENTIALITY = "confidentiality", _("Hay una declaración de confidencialidad para firmar")
    TEAM_OVERDUE = "team_overdue", _("Venció un plazo en un equipo que superviso")
    SET_ASIDE = "set_aside", _("Hay mensajes en revisión técnica o dudosos")
    COVER = "cover", _("Se termina una cobertura: certificados y contratos de proveedores")


class Notice(Owned):
    """One thing that one member of staff should know. Never changed but for when she read it and when it was mailed."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20, choices=Kind)
    case = models.ForeignKey(Case, null=True, on_delete=models.PROTECT, related_name="+")
    facts = models.JSONField(default=dict)
    """Ids and numbers only: no word of a person."""
    key = models.CharField(max_length=60)
    """The fact that it comes from: a reaction that runs twice makes one notice."""
    in_desk = models.BooleanField(default=True)
    by_mail = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    mailed_at = models.DateTimeField(null=True)

    class Meta(Owned.Meta):
        constraints = [models.UniqueConstraint(fields=["user", "kind", "key"], name="notice_once")]
        indexes = [
            models.Index(fields=["user", "-id"], condition=models.Q(in_desk=True), name="notice_of_user"),
            models.Index(fields=["user"], condition=models.Q(in_desk=True, read_at__isnull=True), name="notice_unread"),
            models.Index(
                fields=["user"],
                condition=models.Q(by_mail=True, read_at__isnull=True, mailed_at__isnull=True),
                name="notice_to_mail",
            ),
            models.Index(fields=["created_at"], name="notice_age"),
        ]


class Preference(models.Model):
    """Where a person wants to hear of one kind. Without a row the defaults hold."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20, choices=Kind)
    in_desk = models.BooleanField()
    by_mail = models.BooleanField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "kind"], name="preference_once")]


class Digest(models.TextChoices):
    OFF = "off", _("No quiero correos")
    HOURLY = "hourly", _("A lo sumo uno por hora")
    DAILY = "daily", _("Uno por día")


class Rhythm(models.Model):
    """When a person's notices are gathered into a mail; hours of the clock of her first body."""

    user = models.OneToOneField(User, primary_key=True, on_delete=models.PROTECT, related_name="+")
    digest = models.CharField(max_length=10, choices=Digest, default=Digest.DAILY)
    daily_hour = models.PositiveSmallIntegerField(default=9)
    quiet_from_hour = models.PositiveSmallIntegerField(default=NIGHT_BEGINS_HOUR)
    quiet_until_hour = models.PositiveSmallIntegerField(default=DAY_BEGINS_HOUR)
    mailed_at = models.DateTimeField(null=True)
    """The last digest."""
