"""Policies, how they count, and those that cannot."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from ventanilla.calendars.opening import NeverOpen
from ventanilla.kit import clock as kit_clock
from ventanilla.organisation.queries import compiled
from ventanilla.sla import rules
from ventanilla.sla.models import ClockKind, Policy
from ventanilla.sla.rules import CaseToTime, Counting, Terms


@dataclass(frozen=True, slots=True)
class Trouble:
    """A promise that cannot be counted; `message` says it to staff, `mend` what to do."""

    policy: Policy
    message: str
    mend: str


def policies() -> list[Policy]:
    """Every policy, with its calendar, those in force first."""
    return list(Policy.objects.select_related("calendar", "service").order_by("-is_active", "kind", "name"))


def policies_in_force() -> list[Policy]:
    """With the calendar's version at hand, so that counting with them costs no further query."""
    return list(Policy.objects.filter(is_active=True).select_related("calendar").order_by("pk"))


def for_referral(case: CaseToTime) -> Policy | None:
    """How long the second level has to answer about this case; None where the body says nothing."""
    return rules.for_referral(policies_in_force(), case)


def policy(name: str) -> Policy | None:
    """By its slug, or else by its name, however the capitals."""
    query = Policy.objects.select_related("calendar", "public_body")
    found: Policy | None = (
        query.filter(slug=name).first() or query.filter(name__iexact=name).order_by("-is_active", "pk").first()
    )
    return found


def terms(policy: Policy) -> Terms:
    """How the policy counts, with its calendar compiled."""
    return Terms(
        counting=Counting(policy.basis),
        calendar=compiled(policy.calendar_id, policy.calendar.version),
        warning=timedelta(minutes=policy.warning_minutes),
        stops_in_turismo=policy.stops_in_turismo,
    )


def first_answer_due(case: CaseToTime, policies: Sequence[Policy]) -> datetime | None:
    """When a case's first answer falls due by the policies in force, as its clock will say; None when none is
    promised."""
    dues = [
        rules.times(terms(policy), timedelta(minutes=policy.target_minutes), (), case.started_at).due_at
        for policy in rules.choose(policies, case)
        if policy.kind == ClockKind.FIRST_RESPONSE
    ]
    return min((due for due in dues if due is not None), default=None)


def troubles() -> list[Trouble]:
    """Policies in force that give no due moment, since their calendar has no hours to count.

    Cases come in all the same; their clocks get a due moment as soon as the calendar has hours again.
    """
    found = []
    for policy in policies_in_force():
        try:
            terms(policy).due(kit_clock.now(), timedelta(minutes=policy.target_minutes))
        except NeverOpen:
            message = _("El calendario «%(calendar)s» no tiene horarios: «%(policy)s» no puede calcular vencimientos.")
            mend = _("Poné horarios al calendario, o elegí otro para el estándar.")
            found.append(Trouble(policy, message % {"calendar": policy.calendar.name, "policy": policy.name}, mend))
    return found
