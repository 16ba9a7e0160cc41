"""Policies, how they count, and those that cannot."""

from dataclasses import dataclass
from datetime import timedelta

from django.utils.translation import gettext as _

from ventanilla.calendars.opening import NeverOpen
from ventanilla.kit import clock as kit_clock
from ventanilla.organisation.queries import compiled
from ventanilla.sla.models import Policy
from ventanilla.sla.rules import Counting, Terms


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
