"""Where else: every way to the body, what it is good for, and whether it is attended now."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext as _

from ventanilla.intake import queries as intake
from ventanilla.kit import clock
from ventanilla.organisation import queries as organisation
from ventanilla.web.citizen.hours import Line, State, special_days, state_at, week_lines

if TYPE_CHECKING:
    from ventanilla.organisation.models import Office


@dataclass(frozen=True, slots=True)
class Way:
    """`icon` is a picture of look; `where` what to write, dial or look for, with its link; `lines` its hours."""

    icon: str
    name: str
    where: str
    state: State
    href: str = ""
    phone: str = ""
    lines: list[Line] = field(default_factory=list)
    special: list[Line] = field(default_factory=list)


def ways() -> list[Way]:
    """Every way of the body in scope: over the Internet first, then its offices with their telephones."""
    return [*online(), *offices()]


def online() -> list[Way]:
    """Over the Internet."""
    always = State(True, _("Recibe mensajes todos los días, a toda hora"))
    found = []
    for account in intake.accounts():
        if account.channel == "portal":
            found.append(Way("globe", _("Sitio web"), _("Hacer una solicitud acá"), always, href="/solicitudes/nueva/"))
        elif account.channel == "email":
            found.append(Way("mail", _("Correo"), account.address, always, href=f"mailto:{account.address}"))
    return found


def offices(now: datetime | None = None) -> list[Way]:
    """In person, and by telephone."""
    return [_office(office, now or clock.now()) for office in organisation.offices()]


def _office(office: "Office", now: datetime) -> Way:
    if office.calendar is None:
        return Way("counter", office.name, office.address, State(False, _("Consultá el horario")), phone=office.phone)
    calendar = organisation.compiled(office.calendar.pk, office.calendar.version)
    return Way(
        "counter",
        office.name,
        office.address,
        state_at(calendar, now),
        phone=office.phone,
        lines=week_lines(organisation.week_of(office.calendar.pk)),
        special=special_days(calendar, timezone.localtime(now).date()),
    )
