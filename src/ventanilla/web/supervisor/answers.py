"""The board at a glance: its three questions, each answered in a few words."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ventanilla.journal.queries import Kept
from ventanilla.web.supervisor.people import PAUSED, Person
from ventanilla.web.supervisor.places import Place

GOOD_SHARE = 90
"""Of the promises kept, in per cent, from which the answer is drawn as good. Ours: no norm gives a number."""


@dataclass(frozen=True, slots=True)
class Answer:
    """`href` is the part of the page that tells more; `state` is a light of look."""

    name: str
    label: str
    href: str
    said: str
    more: str
    state: str


def answers(late: int, soon: int, channels: Sequence[Place], people: Sequence[Person], week: Kept) -> list[Answer]:
    return [_waits(late, soon, channels), _helps(people, channels), _word(week)]


def _waits(late: int, soon: int, channels: Sequence[Place]) -> Answer:
    nobodys = sum(channel.unassigned.value for channel in channels)
    said = ngettext("%(count)d vencida", "%(count)d vencidas", late) % {"count": late} if late else _("Nadie de más")
    more = _("%(soon)d por vencer · %(nobodys)d sin asignar") % {"soon": soon, "nobodys": nobodys}
    state = "late" if late else "soon" if soon or nobodys else "ok"
    return Answer("espera", _("¿Quién espera demasiado?"), "#esperan", said, more, state)


def _helps(people: Sequence[Person], channels: Sequence[Place]) -> Answer:
    able = sum(1 for one in people if one.can_help)
    paused = sum(1 for one in people if one.presence == PAUSED)
    uncovered = [channel.name for channel in channels if channel.is_uncovered]
    if uncovered:
        more = _("nadie para %(channels)s") % {"channels": ", ".join(uncovered)}
    elif paused:
        more = _("de %(all)d que atienden · %(paused)d en pausa") % {"all": len(people), "paused": paused}
    else:
        more = _("de %(all)d que atienden") % {"all": len(people)}
    said = ngettext("%(count)d persona puede", "%(count)d personas pueden", able) % {"count": able}
    state = "late" if not able and people else "soon" if uncovered else "ok"
    return Answer("ayuda", _("¿Quién puede ayudar?"), "#ayudan", said if able else _("Nadie ahora"), more, state)


def _word(week: Kept) -> Answer:
    question = _("¿Cumplimos?")
    if week.percent is None:
        return Answer("palabra", question, "#cumplimos", _("Sin datos"), _("ningún plazo terminó en 7 días"), "none")
    said = _("%(percent)d %% a tiempo") % {"percent": week.percent}
    more = _("de los plazos que terminaron en 7 días")
    return Answer("palabra", question, "#cumplimos", said, more, "ok" if week.percent >= GOOD_SHARE else "soon")
