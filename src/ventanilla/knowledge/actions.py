"""Writes canned replies."""

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
