"""Makes and changes policies."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from ventanilla.catalogue.models import Service
from ventanilla.journal.actions import NewFact, record
from ventanilla.journal.actors import SYSTEM, Actor
from ventanilla.kit import queue
from ventanilla.organisation.actions import RECOUNT_JOB
from ventanilla.organisation.models import Calendar, PublicBody
from ventanilla.sla import events, queries
from ventanilla.sla.models import Basis, Clock, ClockKind, Policy

COUNTED_BY = frozenset({"calendar", "basis", "warning_minutes", "stops_in_turismo"})
"""Fields that move the moments of clocks under way. The target is not among them: what was promised stays promised."""


RUNS_ON = frozenset({ClockKind.LEGAL.value, ClockKind.REFERRAL.value})
"""Kinds that do not wait for the person: the law's, and what the second level owes to the centre."""


class BadPolicy(ValueError):
    """A policy that could not be kept or would not be clear; the message says why, to show."""


@transaction.atomic
def create_policy(
    body: PublicBody,
    slug: str,
    name: str,
    *,
    kind: str,
    basis: str,
    target_minutes: int,
    calendar: Calendar,
    warning_minutes: int = 0,
    channel: str = "",
    case_type: str = "",
    service: Service | None = None,
    pauses_while_waiting: bool | None = None,
    stops_in_turismo: bool = False,
    is_official: bool = False,
    source: str = "",
    by: Actor = SYSTEM,
) -> Policy:
    """A new promise of the body. Raises BadPolicy.

    Unless it is said, it pauses while the person owes an answer; terms of the law and of referrals run on.
    """
    policy = Policy(
        public_body=body,
        slug=slug,
        name=name,
        kind=ClockKind(kind),
        basis=Basis(basis),
        target_minutes=target_minutes,
        warning_minutes=warning_minutes,
        calendar=calendar,
        channel=channel,
        case_type=case_type,
        service=service,
        pauses_while_waiting=kind not in RUNS_ON if pauses_while_waiting is None else pauses_while_waiting,
        stops_in_turismo=stops_in_turismo,
        is_official=is_official,
        source=source,
    )
    check_policy(policy)
    policy.save()
    record(NewFact(events.POLICY_CREATED, body.pk, by, details={"policy": slug, "kind": str(policy.kind)}))
    return policy


@transaction.atomic
def change_policy(policy: Policy, *, by: Actor = SYSTEM, **fields: Any) -> Policy:
    """Set these fields. A changed calendar or basis counts the clocks under way anew. Raises BadPolicy."""
    changed = sorted(field for field, value in fields.items() if getattr(policy, field) != value)
    for field in changed:
        setattr(policy, field, fields[field])
    check_policy(policy)
    if not changed:
        return policy
    policy.save(update_fields=changed)
    if COUNTED_BY & set(changed):
        Clock.objects.filter(policy=policy, state__in=queries.OPEN_STATES).update(calendar_version=0)
        transaction.on_commit(lambda: queue.wake(RECOUNT_JOB, "all"))
    details = {"policy": policy.slug, "fields": changed}
    record(NewFact(events.POLICY_CHANGED, policy.public_body_id, by, details=details))
    return policy


def check_policy(policy: Policy) -> None:
    """Raise BadPolicy when the promise could not be kept or would not be clear; a form asks before it saves."""
    if policy.target_minutes < 1:
        raise BadPolicy(_("El plazo tiene que ser de un minuto o más."))
    if policy.warning_minutes >= policy.target_minutes:
        raise BadPolicy(_("El aviso previo tiene que ser más corto que el plazo."))
    if policy.calendar.public_body_id != policy.public_body_id:
        raise BadPolicy(_("El calendario es de otro organismo."))
    if policy.service is not None and policy.service.public_body_id != policy.public_body_id:
        raise BadPolicy(_("El servicio es de otro organismo."))
    if policy.basis in (Basis.BUSINESS_DAYS, Basis.CALENDAR_DAYS) and policy.target_minutes % 1440:
        raise BadPolicy(_("Un plazo que se cuenta en días tiene que ser de días enteros (1.440 minutos cada uno)."))
    if not policy.is_active or policy.kind == ClockKind.LEGAL:
        return
    same = Policy.objects.filter(
        public_body_id=policy.public_body_id,
        kind=policy.kind,
        channel=policy.channel,
        case_type=policy.case_type,
        service_id=policy.service_id,
        is_active=True,
    ).exclude(pk=policy.pk)
    other = same.first()
    if other is not None:
        raise BadPolicy(
            _("«%(other)s» ya promete lo mismo para los mismos casos: desactivalo antes.") % {"other": other.name}
        )
