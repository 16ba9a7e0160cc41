"""Writes down what agents were trained for, and who may attend without it for a while."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q

from ventanilla.journal.actions import NewFact, record_all
from ventanilla.journal.actors import SYSTEM, Actor
from ventanilla.kit import clock
from ventanilla.workforce import events
from ventanilla.workforce.models import Agent, Certificate, CertificateSource, CourseRun, Exemption
from ventanilla.workforce.queries.people import body_ids_of, today
from ventanilla.workforce.queries.training import in_force
from ventanilla.workforce.rules import WARNING_DAYS, warning_due
from ventanilla.workforce.training_rules import LONGEST_EXEMPTION


class BadExemption(ValueError):
    """No reason, an end that is past or too far, or one in force already."""


@transaction.atomic
def certify(
    agent: Agent,
    channel: str,
    valid_from_on: date,
    valid_until_on: date | None = None,
    *,
    run: CourseRun | None = None,
    actor: Actor = SYSTEM,
) -> Certificate:
    """Record that the agent was trained for the channel, in the house's course when there is a `run`.

    Another end for what began the same day replaces it, its revocation too. Emits workforce.certificate_given.
    """
    source = CertificateSource.COURSE if run is not None else CertificateSource.OUTSIDE
    end: dict[str, Any] = {"valid_until_on": valid_until_on, "revoked_on": None, "told_days": None}
    if run is not None:
        end |= {"run": run, "source": source}
    certificate, _is_new = Certificate.objects.update_or_create(
        agent=agent,
        channel=channel,
        valid_from_on=valid_from_on,
        defaults=end,
        create_defaults=end | {"run": run, "source": source},
    )
    _tell(events.CERTIFICATE_GIVEN, agent.pk, channel, actor, certificate_id=certificate.pk, source=str(source))
    return certificate


@transaction.atomic
def revoke(certificate: Certificate, actor: Actor) -> None:
    """From today on it does not count. Emits workforce.certificate_revoked, once."""
    if Certificate.objects.filter(pk=certificate.pk, revoked_on=None).update(revoked_on=today()):
        _tell(
            events.CERTIFICATE_REVOKED,
            certificate.agent_id,
            certificate.channel,
            actor,
            certificate_id=certificate.pk,
        )


@transaction.atomic
def grant_exemption(agent: Agent, channel: str, reason: str, until_at: datetime, actor: Actor) -> Exemption:
    """Let the agent attend the channel without a certificate until that moment.

    Raises BadExemption. Emits workforce.exemption_granted.
    """
    now = clock.now()
    Agent.objects.select_for_update().get(pk=agent.pk)
    if not reason.strip() or not now < until_at <= now + LONGEST_EXEMPTION + timedelta(days=1):
        raise BadExemption(until_at)
    if in_force(now).filter(agent=agent, channel=channel).exists():
        raise BadExemption(channel)
    exemption = Exemption.objects.create(
        agent=agent,
        channel=channel,
        granted_by_id=actor.user_id,
        reason=reason.strip(),
        from_at=now,
        until_at=until_at,
    )
    days = (until_at - now).days
    _tell(events.EXEMPTION_GRANTED, agent.pk, channel, actor, exemption_id=exemption.pk, days=days)
    return exemption


@transaction.atomic
def end_exemption(exemption: Exemption, actor: Actor) -> None:
    """It no longer counts. Emits workforce.exemption_ended, once."""
    now = clock.now()
    if in_force(now).filter(pk=exemption.pk).update(ended_at=now):
        _tell(events.EXEMPTION_ENDED, exemption.agent_id, exemption.channel, actor, exemption_id=exemption.pk)


@transaction.atomic
def warn_of_certificates() -> list[int]:
    """Say once of each certificate that it ends in 30 days, in 7, in 1, unless another goes on after it.

    Emits workforce.certificate_ending.
    """
    day = today()
    goes_on = Certificate.objects.filter(
        Q(valid_until_on=None) | Q(valid_until_on__gt=OuterRef("valid_until_on")),
        Q(revoked_on=None) | Q(revoked_on__gt=OuterRef("valid_until_on")),
        agent=OuterRef("agent"),
        channel=OuterRef("channel"),
        valid_from_on__lte=OuterRef("valid_until_on") + timedelta(days=1),
    )
    ending = Certificate.objects.select_for_update().filter(
        ~Exists(goes_on),
        Q(revoked_on=None) | Q(revoked_on__gt=F("valid_until_on")),
        valid_from_on__lte=day,
        valid_until_on__gte=day,
        valid_until_on__lte=day + timedelta(days=max(WARNING_DAYS)),
        agent__user__is_active=True,
    )
    told = []
    for one in ending.order_by("pk"):
        until_on = one.valid_until_on or day
        days = warning_due(until_on, day, one.told_days)
        if days is None:
            continue
        Certificate.objects.filter(pk=one.pk).update(told_days=days)
        left = (until_on - day).days
        _tell(events.CERTIFICATE_ENDING, one.agent_id, one.channel, SYSTEM, certificate_id=one.pk, days=left)
        told.append(one.pk)
    return told


def _tell(kind: str, agent_id: int, channel: str, actor: Actor, **details: int | str) -> None:
    """One fact for each body that the agent attends; of none, one without a body."""
    bodies: list[int | None] = [*body_ids_of(agent_id)] or [None]
    record_all(NewFact(kind, body_id, actor, agent_id=agent_id, channel=channel, details=details) for body_id in bodies)
