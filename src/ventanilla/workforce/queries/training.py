"""Questions about training."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q, QuerySet

from ventanilla.kit import clock
from ventanilla.workforce.models import Agent, Certificate, Course, CourseRun, Exemption, Team
from ventanilla.workforce.queries.people import DAY_ZONE
from ventanilla.workforce.training_rules import day_bounds


def certified(agent_ids: Iterable[int], on: date) -> dict[int, set[str]]:
    """Channels that each agent may attend on that day, by a certificate or by an exception; one statement.

    Of today, exceptions count that are in force at this moment; of another day, those in force in some part of it.
    """
    ids = list(agent_ids)
    by_certificate = valid_on(on).filter(agent_id__in=ids).values_list("agent_id", "channel")
    by_exemption = _exempt_on(on).filter(agent_id__in=ids).values_list("agent_id", "channel")
    found: dict[int, set[str]] = {}
    for agent_id, channel in by_certificate.order_by().union(by_exemption.order_by()):
        found.setdefault(agent_id, set()).add(channel)
    return found


def valid_on(on: date) -> QuerySet[Certificate]:
    """Certificates that count on that day; the last day counts, the day of a revocation does not."""
    return Certificate.objects.filter(
        Q(valid_until_on__isnull=True) | Q(valid_until_on__gte=on),
        Q(revoked_on__isnull=True) | Q(revoked_on__gt=on),
        valid_from_on__lte=on,
    )


def _exempt_on(on: date) -> QuerySet[Exemption]:
    now = clock.now()
    if on == now.astimezone(DAY_ZONE).date():
        return in_force(now)
    begins, ends = day_bounds(on)
    return Exemption.objects.filter(from_at__lt=ends, until_at__gt=begins, ended_at__isnull=True)


def in_force(at: datetime) -> QuerySet[Exemption]:
    return Exemption.objects.filter(from_at__lte=at, until_at__gt=at, ended_at__isnull=True)


@dataclass(frozen=True, slots=True)
class Cover:
    """By what an agent may attend a channel, and until when; no `until_on` has no end."""

    agent_id: int
    channel: str
    until_on: date | None
    certificate_id: int | None = None
    exemption_id: int | None = None
    reason: str = ""


def covers(agent_ids: Iterable[int]) -> list[Cover]:
    """Whatever lets these agents attend a channel today: for each channel the certificate that lasts longest, and every
    exception in force. Two statements."""
    ids, now = list(agent_ids), clock.now()
    best: dict[tuple[int, str], Certificate] = {}
    for one in valid_on(now.astimezone(DAY_ZONE).date()).filter(agent_id__in=ids):
        key = (one.agent_id, one.channel)
        if key not in best or _last(one) > _last(best[key]):
            best[key] = one
    found = [
        Cover(agent_id, channel, one.valid_until_on, certificate_id=one.pk) for (agent_id, channel), one in best.items()
    ]
    found += [
        Cover(
            one.agent_id,
            one.channel,
            (one.until_at - timedelta(microseconds=1)).astimezone(DAY_ZONE).date(),
            exemption_id=one.pk,
            reason=one.reason,
        )
        for one in in_force(now).filter(agent_id__in=ids)
    ]
    return found


def _last(certificate: Certificate) -> date:
    return certificate.valid_until_on or date.max


def certificates_of(agent_id: int) -> list[Certificate]:
    """All of hers, the newest first, those that no longer count too."""
    query = Certificate.objects.filter(agent_id=agent_id).select_related("run__course")
    return list(query.order_by("-valid_from_on", "channel"))


def exemptions_of(agent_id: int) -> list[Exemption]:
    """Those in force now."""
    return list(in_force(clock.now()).filter(agent_id=agent_id).order_by("until_at"))


def courses() -> list[Course]:
    """Those in use of the bodies in scope."""
    return list(Course.objects.filter(is_active=True).select_related("public_body").order_by("channel", "title"))


def courses_of(body_ids: Iterable[int]) -> list[Course]:
    """Those in use of these bodies, whatever the scope: an agent takes the courses of the bodies she attends."""
    query = Course.unscoped.filter(is_active=True, public_body__in=list(body_ids)).select_related("public_body")
    return list(query.order_by("channel", "title"))


def runs_of(agent_id: int) -> list[CourseRun]:
    """Hers, the newest first."""
    return list(CourseRun.objects.filter(agent_id=agent_id).select_related("course").order_by("-started_at"))


def run_of(agent_id: int, run_id: int) -> CourseRun | None:
    """One of hers."""
    return CourseRun.objects.filter(agent_id=agent_id, pk=run_id).select_related("course").first()


def agent_in_sight(agent_id: int) -> Agent | None:
    """An agent of some team of the bodies in scope."""
    return Agent.objects.filter(pk=agent_id, teams__in=Team.objects.all()).select_related("user").distinct().first()
