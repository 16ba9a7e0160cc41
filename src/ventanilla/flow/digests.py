"""The mail that gathers a person's notices: links and codes, and no word of a citizen. A mailbox is not the desk."""

from collections import Counter
from zoneinfo import ZoneInfo

from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from ventanilla.accounts import queries as accounts
from ventanilla.cases.models import Case
from ventanilla.flow.sight import Standing, sees, standing_now
from ventanilla.kit import clock
from ventanilla.kit.site import public_url
from ventanilla.notices import actions, queries
from ventanilla.notices.models import Notice
from ventanilla.notices.rules import Wanted, is_due
from ventanilla.organisation import queries as organisation
from ventanilla.organisation.models import PublicBody
from ventanilla.organisation.scoping import scope
from ventanilla.workforce.queries import DAY_ZONE

SHOWN_OF_A_KIND = 10


def send_due() -> int:
    """Write to everybody whose hour has come, each in a transaction of her own; how many mails were queued."""
    return sum(_send(user_id) for user_id in queries.users_to_mail())


def _send(user_id: int) -> bool:
    user = accounts.staff_member(user_id)
    if user is None or not user.email:
        return False
    who = standing_now(user_id)
    bodies = {body.pk: body for body in organisation.bodies() if body.pk in who.rights}
    if not bodies:
        return False
    with transaction.atomic(), scope(bodies):
        if not _is_due(actions.hold_rhythm(user_id), bodies):
            return False
        found = [one for one in actions.take_to_mail(user_id) if _may_know(who, one)]
        if not found:
            return False
        send_mail(
            str(_("Avisos de Ventanilla: %(count)d por leer") % {"count": len(found)}),
            render_to_string("notices/digest.txt", {"groups": _groups(found), **_places()}),
            None,
            [user.email],
        )
        actions.note_mailed(user_id, len(found))
    return True


def _is_due(wanted: Wanted, bodies: dict[int, PublicBody]) -> bool:
    """By the clock of her first body; a day on which one of her bodies works is a day of work."""
    now = clock.now()
    calendars = [body.default_calendar for body in bodies.values() if body.default_calendar is not None]
    local = now.astimezone(ZoneInfo(calendars[0].time_zone) if calendars else DAY_ZONE)
    is_working_day = not calendars or any(
        organisation.compiled(calendar.pk, calendar.version).is_business_day(local.date()) for calendar in calendars
    )
    return is_due(wanted, local, is_working_day=is_working_day)


def _may_know(who: Standing, notice: Notice) -> bool:
    if notice.case is None:
        return notice.public_body_id in who.rights
    return sees(who, notice.case)


def _groups(found: list[Notice]) -> list[dict[str, object]]:
    """By kind, in the order of the list of kinds: how many, and the first cases with their address."""
    counts = Counter(one.kind for one in found)
    return [
        {
            "label": label,
            "count": counts[kind],
            "places": [
                {"code": code, "url": public_url(f"/mostrador/{code}/")}
                for code in dict.fromkeys(_code(one.case) for one in found if one.kind == kind and one.case is not None)
            ][:SHOWN_OF_A_KIND],
        }
        for kind, label in queries.KINDS
        if counts[kind]
    ]


def _code(case: Case) -> str:
    return str((case.merged_into or case).code)


def _places() -> dict[str, str]:
    return {
        "page": public_url("/mostrador/avisos/"),
        "preferences": public_url("/mostrador/avisos/preferencias/"),
    }
