"""Writes confidentiality statements, and keeps who signed them."""

from django.db import transaction
from django.db.models import Max

from ventanilla.journal.actions import NewFact, record
from ventanilla.journal.actors import SYSTEM, Actor, staff
from ventanilla.kit import clock
from ventanilla.organisation.models import PublicBody
from ventanilla.workforce import events
from ventanilla.workforce.models import Agent, DemandedOf, Signature, Statement


class OldVersion(ValueError):
    """Somebody wrote a newer one meanwhile: that is the one to read and sign."""


@transaction.atomic
def write_statement(
    body: PublicBody, text: str, demanded_of: str = DemandedOf.PROVIDERS, *, actor: Actor = SYSTEM
) -> Statement:
    """A new version, that counts from now on; whoever it is demanded of signs it before she sees anything again.

    With the text of the one before, only whom it is demanded of changes and what was signed counts. Emits
    workforce.statement_written.
    """
    # Two who write at once are two versions, one after the other.
    PublicBody.objects.select_for_update().get(pk=body.pk)
    versions = Statement.unscoped.filter(public_body=body)
    current = versions.filter(is_current=True).first()
    if current is not None and current.text == text:
        current.demanded_of = demanded_of
        current.save(update_fields=["demanded_of"])
        statement: Statement = current
    else:
        versions.filter(is_current=True).update(is_current=False)
        newest = versions.aggregate(newest=Max("version"))["newest"] or 0
        statement = Statement(
            public_body=body, version=newest + 1, text=text, demanded_of=demanded_of, written_at=clock.now()
        )
        statement.save()
    details = {"statement_id": statement.pk, "version": statement.version, "demanded_of": demanded_of}
    record(NewFact(events.STATEMENT_WRITTEN, body.pk, actor, details=details))
    return statement


@transaction.atomic
def sign(agent: Agent, statement: Statement) -> Signature:
    """She gives her word; twice is once. Emits workforce.statement_signed. Raises OldVersion."""
    if not Statement.unscoped.select_for_update().filter(pk=statement.pk, is_current=True).exists():
        raise OldVersion(statement.pk)
    signature, is_new = Signature.objects.get_or_create(
        statement=statement, agent=agent, defaults={"signed_at": clock.now()}
    )
    if is_new:
        details = {"statement_id": statement.pk, "version": statement.version}
        record(
            NewFact(
                events.STATEMENT_SIGNED,
                statement.public_body_id,
                staff(agent.user_id),
                agent_id=agent.pk,
                details=details,
            )
        )
    return signature
