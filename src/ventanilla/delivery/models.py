"""Outgoing messages and what became of them."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from ventanilla.cases.models import Case, Entry
from ventanilla.intake.models import ChannelAccount
from ventanilla.organisation.scoping import Owned


class OutboxState(models.TextChoices):
    QUEUED = "queued", _("en cola")
    SENT = "sent", _("enviado")
    DELIVERED = "delivered", _("entregado")
    FAILED = "failed", _("no se pudo enviar")
    BOUNCED = "bounced", _("rebotó")


class OutboxMessage(Owned):
    """One message to send. The body stands here too, so that sending needs no other room."""

    account = models.ForeignKey(ChannelAccount, on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey(Case, null=True, on_delete=models.PROTECT, related_name="+")
    entry = models.ForeignKey(Entry, null=True, on_delete=models.PROTECT, related_name="+")
    """None for the house's own mail (a password's reset)."""
    channel = models.CharField(max_length=30)
    external_id = models.CharField(max_length=300)
    """Chosen before the first attempt, so that a repeated attempt repeats it."""
    recipients = models.JSONField()
    """[{kind, value, name}]."""
    copies = models.JSONField(default=list)
    subject = models.CharField(max_length=400)
    text = models.TextField()
    html = models.TextField(blank=True)
    in_reply_to = models.CharField(max_length=998, blank=True)
    references = models.JSONField(default=list)
    reference_token = models.CharField(max_length=60, blank=True)
    is_automatic = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=OutboxState, default=OutboxState.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField()
    claimed_until = models.DateTimeField(null=True)
    """A sender's lease; when it runs out another may try."""
    sent_at = models.DateTimeField(null=True)
    provider_id = models.CharField(max_length=998, blank=True)
    problem = models.TextField(blank=True)
    """Plain Spanish, for agents; the server's own words follow."""

    class Meta(Owned.Meta):
        indexes = [
            models.Index(fields=["next_attempt_at"], condition=models.Q(state="queued"), name="outbox_to_send"),
            models.Index(
                fields=["public_body", "-id"],
                condition=models.Q(state__in=["failed", "bounced"]),
                name="outbox_troubles",
            ),
            models.Index(fields=["entry"], name="outbox_of_entry"),
            models.Index(fields=["external_id"], name="outbox_external_id"),
        ]


class DeliveryReceipt(models.Model):
    """A mark that came back: delivered, read, bounced (with the reason)."""

    message = models.ForeignKey(OutboxMessage, on_delete=models.CASCADE, related_name="receipts")
    kind = models.CharField(max_length=10)
    happened_at = models.DateTimeField()
    address = models.CharField(max_length=320, blank=True)
    reason = models.TextField(blank=True)
    is_permanent = models.BooleanField(default=True)
