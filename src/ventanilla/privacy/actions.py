"""Publishes notices and keeps consents."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from django.utils import translation
from django.utils.translation import gettext

from ventanilla.journal.actions import NewFact, record, record_all
from ventanilla.journal.actors import SYSTEM, Actor, citizen
from ventanilla.kit import bulk, clock
from ventanilla.organisation.models import PublicBody
from ventanilla.privacy import events, queries
from ventanilla.privacy.models import Consent, Notice
from ventanilla.privacy.rules import BodyFacts, digest_of, standard_notice

PEOPLES_LANGUAGE = "es"
PUBLISHING_LOCK = 0x56_50
"""First key of the advisory lock under which a body's notices are published, one at a time."""


@dataclass(frozen=True, slots=True)
class Given:
    """A consent to keep."""

    public_body_id: int
    case_id: int
    contact_id: int | None
    notice_id: int
    given_at: datetime
    channel: str


def notice_in_force(body: PublicBody) -> Notice:
    """What the body tells today: its own text, else the standard one, whose version is kept when it is first shown."""
    standard = _standard(body)
    now = queries.last_notice(body.pk)
    if now is not None and (now.is_own or now.digest == digest_of(standard)):
        return now
    with transaction.atomic():
        _lock(body)
        now = queries.last_notice(body.pk)
        if now is not None and (now.is_own or now.digest == digest_of(standard)):
            return now
        return _publish(body, standard, is_own=False, actor=SYSTEM)


@transaction.atomic
def publish(body: PublicBody, text: str, actor: Actor) -> Notice:
    """The body's own text from now on; an empty one brings the standard text back."""
    _lock(body)
    own = text.strip()
    return _publish(body, own or _standard(body), is_own=bool(own), actor=actor)


def keep(given: Iterable[Given]) -> None:
    """Keep the consents of a batch, in the transaction that files the cases. Emits privacy.consent_given for each."""
    given = list(given)
    if not given:
        return
    known = queries.known_notice_ids({one.notice_id for one in given})
    given = [one for one in given if one.notice_id in known]
    bulk.insert(
        Consent,
        [
            Consent(
                public_body_id=one.public_body_id,
                case_id=one.case_id,
                notice_id=one.notice_id,
                given_at=one.given_at,
                channel=one.channel,
            )
            for one in given
        ],
    )
    record_all(
        NewFact(
            events.CONSENT_GIVEN,
            one.public_body_id,
            citizen(one.contact_id),
            case_id=one.case_id,
            channel=one.channel,
            details={"notice_id": one.notice_id},
        )
        for one in given
    )


def _publish(body: PublicBody, text: str, *, is_own: bool, actor: Actor) -> Notice:
    notice = Notice(public_body=body, text=text, digest=digest_of(text), is_own=is_own, published_at=clock.now())
    notice.save()
    record(NewFact(events.NOTICE_PUBLISHED, body.pk, actor, details={"notice_id": notice.pk, "is_own": is_own}))
    return notice


def _lock(body: PublicBody) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [PUBLISHING_LOCK, body.pk])


def _standard(body: PublicBody) -> str:
    facts = BodyFacts(body.name, body.data_controller, body.database_name, body.privacy_contact)
    with translation.override(PEOPLES_LANGUAGE):
        return standard_notice(facts, gettext)
