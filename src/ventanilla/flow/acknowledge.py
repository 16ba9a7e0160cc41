"""Tells the person that her message arrived, its code, and by when she will hear."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from ventanilla.cases import queries as case_queries
from ventanilla.cases.actions import add_acknowledgements
from ventanilla.cases.filing import Filed
from ventanilla.delivery import actions as delivery
from ventanilla.flow import keys, references, texts
from ventanilla.flow.outbox import to_outbox
from ventanilla.flow.ways import MAILED, PAGE, Ways
from ventanilla.intake import queries as intake
from ventanilla.intake.models import ChannelAccount
from ventanilla.journal.actions import NewFact, record_all
from ventanilla.kit import clock
from ventanilla.messages.contract import Address, InboundMessage, OutboundMessage
from ventanilla.messages.keys import Purpose, without_keys
from ventanilla.organisation import queries as organisation
from ventanilla.organisation.models import Office, PublicBody
from ventanilla.sla.models import Clock, ClockKind

ACKNOWLEDGED_CASES_A_DAY = 10
"""A sender who opens more cases than this in 24 hours gets no further acknowledgement: two machines that answer
each other
stop (lessons.md 10), a person never gets there."""

WITHHELD = "flow.acknowledgement_withheld"


def acknowledge(body: PublicBody, opened: Sequence[Filed], clocks: Mapping[int, Sequence[Clock]]) -> set[int]:
    """Queue one acknowledgement for each new case whose message a person wrote; the ids of those cases.

    Who claims to be one of our own mailboxes gets none; nor does who can only be answered on her own page, whose
    receipt says the same.
    """
    ways = Ways()
    accounts = {
        one.case.pk: account
        for one in opened
        if not one.incoming.message.is_automatic
        and _answered_at(one).kind != PAGE
        and (account := ways.account_for(_answered_at(one), one.incoming.account)) is not None
    }
    written = [one for one in opened if one.case.pk in accounts]
    ours = intake.ours({_answered_at(one).value for one in written})
    written = [one for one in written if _answered_at(one).value not in ours]
    if not written:
        return set()
    since = clock.now() - timedelta(days=1)
    recent = case_queries.opened_since({one.incoming.contact.pk for one in written}, since)
    calm: list[Filed] = []
    noisy: list[Filed] = []
    for one in written:
        (noisy if recent.get(one.incoming.contact.pk, 0) > ACKNOWLEDGED_CASES_A_DAY else calm).append(one)
    record_all(NewFact(WITHHELD, body.pk, case_id=one.case.pk, channel=one.incoming.account.channel) for one in noisy)
    if not calm:
        return set()
    offices = organisation.offices()
    messages = [
        _acknowledgement(body, one, accounts[one.case.pk], promised_at(clocks.get(one.case.pk, ())), offices)
        for one in calm
    ]
    # The timeline, which staff read, has the same words without the key that opens the person's page.
    entries = add_acknowledgements(
        [
            (one.case, accounts[one.case.pk], replace(message, text=without_keys(message.text)))
            for one, message in zip(calm, messages, strict=True)
        ]
    )
    delivery.queue(
        [
            to_outbox(message, one.case, entry, accounts[one.case.pk])
            for one, message, entry in zip(calm, messages, entries, strict=True)
        ]
    )
    return {one.case.pk for one in calm}


def promised_at(clocks: Sequence[Clock]) -> datetime | None:
    """The moment told to the person: when the first answer is due."""
    dues = [clock.due_at for clock in clocks if clock.kind == ClockKind.FIRST_RESPONSE and clock.due_at is not None]
    return min(dues, default=None)


def answer_address(message: InboundMessage, own_address: str) -> Address:
    """Where the person wants her answer; never our own account, whatever the message says."""
    if message.reply_to is not None and message.reply_to.value and message.reply_to.value != own_address:
        return message.reply_to
    return message.sender


def _answered_at(one: Filed) -> Address:
    return answer_address(one.incoming.message, one.incoming.account.address)


def _acknowledgement(
    body: PublicBody, one: Filed, account: ChannelAccount, promised: datetime | None, offices: Sequence[Office]
) -> OutboundMessage:
    message, case = one.incoming.message, one.case
    address = _answered_at(one)
    is_answer = account.channel == one.incoming.account.channel
    # A mailbox that was typed in a form may be anybody's: it is sent none of the words of whoever typed it.
    subject = texts.subject_with_code(case) if is_answer else texts.subject_of_receipt(case)
    name = message.sender.name if is_answer else texts.name_to_greet(message.sender.name)
    return OutboundMessage(
        external_id=references.new_external_id(case.pk, account.address),
        account=account.address,
        account_name=account.name,
        recipients=[address],
        subject=subject,
        text=texts.acknowledgement(body, case, name, promised, offices, _link(body, one, address)),
        in_reply_to=message.external_id if is_answer else "",
        references=references.chain(message.references, message.external_id) if is_answer else [],
        reference_token=references.token_of(case.pk),
        is_automatic=True,
        created_at=one.incoming.received_at,
    )


def _link(body: PublicBody, one: Filed, address: Address) -> str:
    """Her page; with her key only where the sender herself is written to: an address to answer at is a claim too."""
    sender = one.incoming.message.sender
    if address.kind != MAILED or (address.kind, address.value) != (sender.kind, sender.value):
        return keys.case_link(body, one.case)
    return keys.case_link(body, one.case, keys.key_of(one.case, address, Purpose.MAILBOX))
