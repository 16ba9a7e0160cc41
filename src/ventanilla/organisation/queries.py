"""Questions to the organisation: bodies, units, and what is open when."""

from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache

from django.db.models.expressions import RawSQL

from ventanilla.calendars.opening import OpeningCalendar
from ventanilla.kit import clock
from ventanilla.organisation import rules
from ventanilla.organisation.models import Calendar, CalendarDay, CalendarInterval, Office, OtherBody, PublicBody, Unit


class NotTheOnlyBody(LookupError):
    """The installation has no body, or several, and nobody said which."""


def bodies() -> list[PublicBody]:
    """Every active body of the installation, whatever the scope."""
    return list(PublicBody.objects.filter(is_active=True).select_related("default_calendar").order_by("name"))


def body(slug: str) -> PublicBody | None:
    return PublicBody.objects.select_related("default_calendar").filter(slug=slug).first()


def body_by_id(body_id: int) -> PublicBody:
    """Raises PublicBody.DoesNotExist."""
    return PublicBody.objects.select_related("default_calendar").get(pk=body_id)


def only_body() -> PublicBody:
    """The body of an installation that has one. Raises NotTheOnlyBody."""
    found = bodies()
    if len(found) != 1:
        raise NotTheOnlyBody(f"{len(found)} active bodies")
    return found[0]


def body_by_host(host: str) -> PublicBody | None:
    """The body whose portal answers at that host name; the only one answers at any."""
    active = bodies()
    named = next((one for one in active if host.lower() in one.host_names), None)
    return named or (active[0] if len(active) == 1 else None)


def units() -> list[Unit]:
    return list(Unit.objects.select_related("parent").order_by("name"))


def unit(slug: str) -> Unit | None:
    found: Unit | None = Unit.objects.filter(slug=slug).first()
    return found


def unit_by_id(unit_id: int) -> Unit | None:
    found: Unit | None = Unit.objects.filter(pk=unit_id).first()
    return found


def other_bodies(body_id: int, words: str = "") -> list[OtherBody]:
    """The directory of a body, by name; of it, those whose name or purpose holds every word, accents aside."""
    found = list(OtherBody.objects.filter(public_body_id=body_id, is_active=True).order_by("name"))
    wanted = rules.plain(words).split()
    return [one for one in found if all(word in rules.plain(f"{one.name} {one.purpose}") for word in wanted)]


def other_body_names(body_id: int) -> dict[int, str]:
    """Of the whole directory, also what is out of use: a timeline still speaks of it."""
    return dict(OtherBody.objects.filter(public_body_id=body_id).values_list("pk", "name"))


def other_body(other_id: int) -> OtherBody | None:
    """One of the directory that is in use."""
    found: OtherBody | None = OtherBody.objects.filter(pk=other_id, is_active=True).first()
    return found


def under(unit_ids: Iterable[int]) -> RawSQL:
    """The ids of these units and of all that stand below them, whatever the scope: for `unit_id__in` of other rooms,
    so that their question is asked in one statement with ours."""
    return RawSQL(
        "WITH RECURSIVE under(id) AS (SELECT unnest(%s::bigint[]) UNION"
        " SELECT part.id FROM organisation_unit part JOIN under ON part.parent_id = under.id) SELECT id FROM under",
        [list(unit_ids)],
    )


def offices() -> list[Office]:
    return list(Office.objects.select_related("unit", "calendar").order_by("name"))


def calendars() -> list[Calendar]:
    return list(Calendar.objects.order_by("name"))


def calendar(body: PublicBody, slug: str) -> Calendar | None:
    found: Calendar | None = Calendar.objects.filter(public_body=body, slug=slug).first()
    return found


def compiled(calendar_id: int, version: int | None = None) -> OpeningCalendar:
    """The calendar, ready to count with; kept in this process until its version changes.

    Whoever has the row at hand (`select_related("calendar")`) gives its version, and a calendar that is kept costs no
    query. Without it one query asks. Raises Calendar.DoesNotExist.
    """
    if version is None:
        version = Calendar.objects.values_list("version", flat=True).get(pk=calendar_id)
    return _compiled(calendar_id, version)


def is_open_now(calendar_id: int) -> bool:
    return compiled(calendar_id).is_open(clock.now())


def week_of(calendar_id: int) -> dict[int, tuple[tuple[int, int], ...]]:
    """Weekday (0 is Monday) to its intervals in minutes; a day without hours is left out."""
    week: dict[int, list[tuple[int, int]]] = defaultdict(list)
    rows = CalendarInterval.objects.filter(calendar_id=calendar_id).order_by("weekday", "opens_minute")
    for weekday, opens, closes in rows.values_list("weekday", "opens_minute", "closes_minute"):
        week[weekday].append((opens, closes))
    return {day: tuple(hours) for day, hours in week.items()}


def own_days(calendar_id: int) -> list[rules.OwnDay]:
    """The body's own days, by date."""
    rows = CalendarDay.objects.filter(calendar_id=calendar_id).order_by("on").values_list("on", "name", "intervals")
    return [rules.OwnDay(on, name, tuple((opens, closes) for opens, closes in hours)) for on, name, hours in rows]


@lru_cache(maxsize=1024)
def _compiled(calendar_id: int, version: int) -> OpeningCalendar:
    """Versions come from a sequence, which no rollback turns back: a version never names two contents."""
    row = Calendar.unscoped.get(pk=calendar_id)
    holidays = rules.national_holidays(clock.now().year) if row.closes_on_national_holidays else ()
    opening = rules.opening(week_of(calendar_id), own_days(calendar_id), row.time_zone, holidays=holidays)
    return OpeningCalendar.of(opening)
