"""A person shows that an e-mail address is hers: we mail a link there, and she opens it."""

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from ventanilla.cases import actions as case_actions
from ventanilla.cases import queries as cases
from ventanilla.contacts import actions as contacts
from ventanilla.contacts import queries as contact_queries
from ventanilla.delivery import actions as delivery
from ventanilla.flow.keys import site_of
from ventanilla.flow.texts import PEOPLES_LANGUAGE
from ventanilla.flow.ways import MAILED
from ventanilla.intake import queries as intake
from ventanilla.kit import clock
from ventanilla.messages.contract import Address
from ventanilla.organisation.models import PublicBody


def mail_link(body: PublicBody, email: str) -> bool:
    """Mail a link to whoever takes part in some case by that address, and nothing to anybody else.

    False when the body has no mailbox to write from. The answer says nothing of whether the address is known.
    """
    address = Address(MAILED, email.strip().lower())
    mailboxes = [account for account in intake.accounts(MAILED) if account.public_body_id == body.pk]
    if not mailboxes:
        return False
    with transaction.atomic():
        # Made in any case, so that an unknown address takes as long as a known one.
        token = contacts.begin_proof(body.pk, address)
        if cases.cases_of_addresses(body.pk, [(address.kind, address.value)], limit=1):
            delivery.queue(
                [
                    delivery.NewOutgoing(
                        account=mailboxes[0],
                        case_id=None,
                        entry_id=None,
                        recipients=[address],
                        subject=_subject(),
                        text=_words(body, token),
                        is_automatic=True,
                    )
                ]
            )
    return True


def open_link(body: PublicBody, token: str) -> Address | None:
    """The address that the link was mailed to, once. Every case where it takes part knows it as proven from now on."""
    with transaction.atomic():
        address = contacts.finish_proof(body.pk, token)
        if address is not None:
            mine = cases.cases_of_addresses(body.pk, [(address.kind, address.value)])
            case_actions.prove({(case.pk, address.kind, address.value) for case in mine}, clock.now())
        return address


def is_good(body: PublicBody, token: str) -> bool:
    return contact_queries.is_proof_good(body.pk, token)


def _subject() -> str:
    with translation.override(PEOPLES_LANGUAGE):
        return _("Tu enlace para ver tus solicitudes")


def _words(body: PublicBody, token: str) -> str:
    with translation.override(PEOPLES_LANGUAGE):
        lines = [
            _("Para ver tus solicitudes abrí este enlace:"),
            "",
            f"{site_of(body)}/seguimiento/enlace/{token}/",
            "",
            _("Sirve una sola vez, durante media hora."),
            _("Si no lo pediste, no hagas nada: nadie puede ver tus solicitudes sin abrirlo."),
            "",
            body.name,
        ]
        return "\n".join(lines)
