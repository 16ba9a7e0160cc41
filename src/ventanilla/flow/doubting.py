"""Between reading and filing: what may be no message to the body waits for a person, and nobody is answered.

A body without rules and a message without signs cost a few look-ups; only a doubt asks the database who is known.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction

from ventanilla.cases import queries as cases
from ventanilla.contacts import queries as contacts
from ventanilla.flow import references
from ventanilla.flow.errors import Refused, refusals
from ventanilla.flow.ways import PAGE
from ventanilla.intake import actions as intake
from ventanilla.intake import queries as deliveries
from ventanilla.intake.models import BlockRule, InboundDelivery
from ventanilla.intake.reasons import problem_in_words
from ventanilla.intake.rules import BadRule, Doubt, Signs, doubts, is_enough, weighed
from ventanilla.journal.actors import Actor
from ventanilla.kit import clock, live
from ventanilla.messages.contract import Inbound, InboundMessage, UnreadableDelivery
from ventanilla.messages.keys import without_keys
from ventanilla.organisation import queries as organisation


class Sieve:
    """A body's rules, fetched once for a batch."""

    def __init__(self, body_id: int) -> None:
        self._body_id = body_id
        self._rules = deliveries.block_list(body_id)

    def sets_aside(self, delivery: InboundDelivery, said: Sequence[Inbound]) -> bool:
        """Whether the delivery waits for a person from now on.

        One that holds several messages is set aside when each of them is doubtful: an honest one never waits for
        another's sake.
        """
        messages = [one for one in said if isinstance(one, InboundMessage)]
        if not messages or len(messages) < len(said) or delivery.trusted_at is not None:
            return False
        signs = Signs.from_envelope(delivery.envelope)
        found: list[Doubt] = []
        for message in messages:
            counted = self._doubts(message, signs)
            if not counted:
                return False
            found += counted
        first = messages[0]
        intake.doubt(
            delivery,
            list(dict.fromkeys(found)),
            # Whoever left no address has a number of ours, which says nothing to anybody.
            sender=first.sender.value if first.sender.kind != PAGE else "",
            name=first.sender.name,
            subject=first.subject,
            text=without_keys(first.text or first.full_text),
        )
        live.publish(live.body_group(self._body_id), "board")
        return True

    def network_of(self, client_address: str) -> str:
        """The blocked network that a client is in, or ""."""
        return self._rules.network_of(client_address)

    def would_set_aside(self, message: InboundMessage, envelope: Mapping[str, Any]) -> bool:
        """The same question of a message that is not stored yet."""
        return bool(self._doubts(message, Signs.from_envelope(envelope)))

    def _doubts(self, message: InboundMessage, signs: Signs) -> list[Doubt]:
        senders = [message.sender.value, *([message.reply_to.value] if message.reply_to else [])]
        found = doubts(dict.fromkeys(senders), message.subject, message.text, message.html, signs, self._rules)
        if not is_enough(found):
            return []
        return weighed(found, takes_part=_takes_part(message), is_known=self._is_known(message))

    def _is_known(self, message: InboundMessage) -> bool:
        return bool(contacts.known(self._body_id, [message.sender]))


def _takes_part(message: InboundMessage) -> bool:
    """Whether the sender takes part in a case whose reference, signed by us, the message carries."""
    sender = (message.sender.kind, message.sender.value)
    for case_id in references.genuine_case_ids(message.reference_tokens):
        case = cases.by_id(case_id)
        people = cases.participants((case.merged_into_id or case.pk) if case is not None else case_id)
        if any((person.kind, person.value) == sender for person in people):
            return True
    return False


def what_it_says(delivery: InboundDelivery) -> InboundMessage | None:
    """The message in a delivery that was set aside, its whole text read again; None when it cannot be."""
    try:
        said = deliveries.channel_of(delivery.account).read(deliveries.raw(delivery))
    except (UnreadableDelivery, OSError):
        return None
    message = next((one for one in said if isinstance(one, InboundMessage)), None)
    return replace(message, text=without_keys(message.full_text or message.text)) if message is not None else None


def block(actor: Actor, body_id: int, kind: str, value: str, *, note: str = "") -> BlockRule:
    """Have what comes from there wait for a person. Raises Refused."""
    try:
        return intake.block(organisation.body_by_id(body_id), kind, value, note=note.strip(), actor=actor)
    except BadRule as problem:
        raise Refused(problem_in_words(problem.problem)) from problem


def unblock(actor: Actor, rule: BlockRule) -> None:
    """What comes from there is attended again as anybody's."""
    intake.change_block(rule, note=rule.note, until=rule.until, is_active=False, actor=actor)


def discard_all(actor: Actor, found: Iterable[InboundDelivery], reason: str) -> int:
    """Say of several that nobody needs an answer to them; how many there were. Raises Refused; then none is."""
    count = 0
    with refusals(), transaction.atomic():
        for delivery in found:
            intake.discard(delivery, reason, actor)
            count += 1
    return count


def forget_discarded() -> int:
    """Delete the bytes of what was discarded `VENTANILLA_DISCARDED_KEPT_DAYS` ago, a batch a transaction; how many."""
    before = clock.now() - timedelta(days=settings.ENVIRONMENT.discarded_kept_days)
    count = 0
    while done := intake.forget_discarded(before):
        count += done
    return count
