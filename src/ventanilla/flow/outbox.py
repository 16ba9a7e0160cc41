"""Puts a message of the common language into the outbox."""

from ventanilla.cases.models import Case, Entry
from ventanilla.delivery.actions import NewOutgoing
from ventanilla.intake.models import ChannelAccount
from ventanilla.messages.contract import OutboundMessage


def to_outbox(message: OutboundMessage, case: Case, entry: Entry, account: ChannelAccount) -> NewOutgoing:
    return NewOutgoing(
        account=account,
        case_id=case.pk,
        entry_id=entry.pk,
        public_body_id=case.public_body_id,
        channel=account.channel,
        external_id=message.external_id,
        recipients=message.recipients,
        copies=message.copies,
        subject=message.subject,
        text=message.text,
        html=message.html,
        in_reply_to=message.in_reply_to,
        references=message.references,
        reference_token=message.reference_token,
        is_automatic=message.is_automatic,
    )
