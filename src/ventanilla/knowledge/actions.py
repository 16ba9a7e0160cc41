"""Writes canned replies."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from ventanilla.catalogue.models import Service
from ventanilla.journal.actions import NewFact, record
from ventanilla.journal.actors import SYSTEM, Actor
from ventanilla.knowledge.models import CannedReply
from ventanilla.knowledge.rules import unknown_variables
from ventanilla.organisation.models import PublicBody


class UnknownVariable(ValueError):
    """The text asks for something that no case has; the message is for the screen."""


@transaction.atomic
def create_canned_reply(
    body: PublicBody, shortcut: str, title: str, text: str, *, service: Service | None = None, actor: Actor = SYSTEM
) -> CannedReply:
    """Raises UnknownVariable."""
    unknown = unknown_variables(text)
    if unknown:
        raise UnknownVariable(_("Variables que no existen: %(names)s") % {"names": ", ".join(unknown)})
    row = CannedReply(public_body=body, shortcut=shortcut, title=title, text=text, service=service)
    row.save()
    record(NewFact("knowledge.canned_reply_created", body.pk, actor, details={"canned_reply_id": row.pk}))
    return row


@transaction.atomic
def change_canned_reply(row: CannedReply, *, actor: Actor = SYSTEM, **fields: Any) -> None:
    """Raises UnknownVariable."""
    unknown = unknown_variables(str(fields.get("text", "")))
    if unknown:
        raise UnknownVariable(_("Variables que no existen: %(names)s") % {"names": ", ".join(unknown)})
    if fields:
        CannedReply.objects.filter(pk=row.pk).update(**fields)
        record(
            NewFact("knowledge.canned_reply_changed", row.public_body_id, actor, details={"canned_reply_id": row.pk})
        )
