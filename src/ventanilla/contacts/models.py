"""Contacts, addresses, merges."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from ventanilla.organisation.scoping import Owned


class Contact(Owned):
    """A person who wrote or was written to. Document and birth date are left out: nobody needs them to answer (Ley
    18.331 art. 8)."""

    name = models.CharField(_("nombre"), max_length=200, blank=True)
    merged_into = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    """Always the contact that stands for both, never one that is merged itself (the tree is one level deep)."""
    created_at = models.DateTimeField()

    class Meta(Owned.Meta):
        verbose_name = _("contacto")
        verbose_name_plural = _("contactos")
        indexes = [
            models.Index(fields=["merged_into"], condition=models.Q(merged_into__isnull=False), name="contact_merged")
        ]

    def __str__(self) -> str:
        return self.name or str(_("Sin nombre"))


class ContactAddress(Owned):
    """Where the person can be reached. It keeps its contact through a merge, so that the merge can be undone."""

    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="addresses")
    kind = models.CharField(max_length=20)
    value = models.CharField(max_length=320)
    """Normalised by its channel. RFC 5321 allows an e-mail address 254 characters; other channels' ids may be
    longer."""
    is_verified = models.BooleanField(default=False)
    is_undeliverable = models.BooleanField(default=False)
    """A permanent bounce came back; agents see it before they write."""

    class Meta(Owned.Meta):
        constraints = [models.UniqueConstraint(fields=["public_body", "kind", "value"], name="address_once")]


class ContactMerge(Owned):
    """Who joined which contacts, when, and whether it was undone."""

    kept = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="+")
    merged = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="+")
    also_moved_ids = models.JSONField(default=list)
    """Contacts that had been merged into `merged` before; an undo gives them back."""
    merged_by_id = models.BigIntegerField()
    merged_at = models.DateTimeField()
    undone_by_id = models.BigIntegerField(null=True)
    undone_at = models.DateTimeField(null=True)


class AddressProof(Owned):
    """A link that was mailed to an address, so that whoever opens it shows that the address is hers. Used once.

    Kept for as long as it is good, and swept away afterwards: it holds an address in clear.
    """

    digest = models.CharField(max_length=64, unique=True)
    """SHA-256 of what the link carries, hexadecimal."""
    kind = models.CharField(max_length=20)
    value = models.CharField(max_length=320)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
