"""Channel accounts, raw deliveries, and whom a body does not want to hear from."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from ventanilla.intake.rules import BlockKind
from ventanilla.organisation.scoping import Owned


class ChannelAccount(Owned):
    """One address of the body on one channel: a mailbox, a page, a number.

    `options` are the channel's own settings (docs/channels/*.md); `secrets_encrypted` is Fernet over a JSON object.
    """

    channel = models.CharField(_("canal"), max_length=30)
    address = models.CharField(_("dirección"), max_length=320)
    name = models.CharField(_("nombre visible"), max_length=200)
    options = models.JSONField(_("opciones"), default=dict, blank=True)
    secrets_encrypted = models.BinaryField(default=b"", blank=True)
    is_active = models.BooleanField(_("activa"), default=True)

    class Meta(Owned.Meta):
        verbose_name = _("cuenta de canal")
        verbose_name_plural = _("cuentas de canal")
        constraints = [models.UniqueConstraint(fields=["channel", "address"], name="account_address_once")]

    def __str__(self) -> str:
        return self.address


BLOCK_KINDS = [
    (BlockKind.ADDRESS.value, _("dirección de correo")),
    (BlockKind.DOMAIN.value, _("dominio")),
    (BlockKind.NETWORK.value, _("red (CIDR)")),
    (BlockKind.WORDS.value, _("palabras")),
]


class DeliveryState(models.TextChoices):
    STORED = "stored", _("recibida")
    HANDLED = "handled", _("atendida")
    QUARANTINED = "quarantined", _("en revisión técnica")
    DOUBTFUL = "doubtful", _("dudosa")
    """It can be read, and may be no message to the body: a person decides."""
    DISCARDED = "discarded", _("descartada")


STILL_KEPT = models.Q(state="discarded") & (models.Q(content__isnull=False) | ~models.Q(storage_name=""))
"""Discarded deliveries whose bytes are still there."""


class InboundDelivery(Owned):
    """The bytes as they came; in the row up to a size (a setting), in storage above it."""

    account = models.ForeignKey(ChannelAccount, on_delete=models.PROTECT, related_name="+")
    digest = models.BinaryField(max_length=32)
    """SHA-256 of the bytes: the same bytes for the same account are one delivery."""
    size_bytes = models.BigIntegerField()
    content = models.BinaryField(null=True)
    storage_name = models.CharField(max_length=200, blank=True)
    envelope = models.JSONField(default=dict)
    received_at = models.DateTimeField()
    state = models.CharField(max_length=12, choices=DeliveryState, default=DeliveryState.STORED)
    attempts = models.PositiveSmallIntegerField(default=0)
    retry_at = models.DateTimeField(null=True)
    """When a stored delivery whose handling failed is tried again."""
    problem = models.TextField(blank=True)
    """Plain Spanish, for agents."""
    doubt = models.JSONField(null=True)
    """Of a doubtful one: `reasons` (kind and detail), `sender`, `name`, `subject` and `beginning` of what it says."""
    trusted_at = models.DateTimeField(null=True)
    """When a person said that it is to be attended: it is not doubted again."""
    handled_at = models.DateTimeField(null=True)

    class Meta(Owned.Meta):
        constraints = [models.UniqueConstraint(fields=["account", "digest"], name="delivery_once")]
        indexes = [
            models.Index(fields=["public_body", "id"], condition=models.Q(state="stored"), name="delivery_waiting"),
            models.Index(
                fields=["public_body", "-id"], condition=models.Q(state="quarantined"), name="delivery_quarantined"
            ),
            models.Index(fields=["public_body", "-id"], condition=models.Q(state="doubtful"), name="delivery_doubtful"),
            models.Index(fields=["handled_at"], condition=STILL_KEPT, name="delivery_discarded"),
        ]


class BlockRule(Owned):
    """Who or what a body does not want to hear from. What matches is set aside for a person, never thrown away.

    Put out of use instead of deleted, so that it stays known who blocked whom.
    """

    kind = models.CharField(_("qué se bloquea"), max_length=10, choices=BLOCK_KINDS)
    value = models.CharField(_("valor"), max_length=320)
    """As `rules.checked_value` gives it."""
    note = models.CharField(_("motivo"), max_length=300, blank=True)
    until = models.DateTimeField(_("hasta"), null=True, blank=True)
    is_active = models.BooleanField(_("en uso"), default=True)
    made_by_id = models.BigIntegerField(null=True)
    made_at = models.DateTimeField()

    class Meta(Owned.Meta):
        verbose_name = _("bloqueo")
        verbose_name_plural = _("bloqueos")
        constraints = [models.UniqueConstraint(fields=["public_body", "kind", "value"], name="block_once")]

    def __str__(self) -> str:
        return self.value
