"""Channel accounts and raw deliveries."""

from django.db import models
from django.utils.translation import gettext_lazy as _

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


class DeliveryState(models.TextChoices):
    STORED = "stored", _("recibida")
    HANDLED = "handled", _("atendida")
    QUARANTINED = "quarantined", _("en revisión técnica")
    DISCARDED = "discarded", _("descartada")


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
    handled_at = models.DateTimeField(null=True)

    class Meta(Owned.Meta):
        constraints = [models.UniqueConstraint(fields=["account", "digest"], name="delivery_once")]
        indexes = [
            models.Index(fields=["public_body", "id"], condition=models.Q(state="stored"), name="delivery_waiting"),
            models.Index(
                fields=["public_body", "-id"], condition=models.Q(state="quarantined"), name="delivery_quarantined"
            ),
        ]
