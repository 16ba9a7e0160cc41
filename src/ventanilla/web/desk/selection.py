"""What the queue shows: a view, filters, order and page, read from the address and written back to it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext_lazy as _

from ventanilla.flow.sight import Standing
from ventanilla.kit import clock
from ventanilla.worklist.queries import Filters

VIEWS: dict[str, Any] = {
    "mias": _("Mías"),
    "sin-asignar": _("Sin asignar"),
    "todas": _("Todas"),
    "vencidas": _("Vencidas"),
    "por-vencer": _("Por vencer"),
    "sin-leer": _("Sin leer"),
    "esperando": _("Esperando a la persona"),
    "derivadas": _("Derivadas"),
    "fallidas": _("Con envíos fallidos"),
    "cerradas": _("Cerradas"),
    "incumplidas": _("Fuera de plazo"),
    "cumplidas": _("A tiempo"),
    "busqueda": _("Búsqueda"),
}
"""Name in the address to words on the screen. A search looks everywhere, closed cases too."""
TABS = ("mias", "sin-asignar", "todas")
"""The views that are always in sight; the others stand in a menu."""
TABS_OF_UNITS = ("derivadas", "mias", "todas")
"""Of the second level: what it is asked comes first, and no queue waits for it."""
DEFAULT_VIEW = "mias"
PROMISES = {"incumplidas": "missed", "cumplidas": "kept"}
"""Views of the cases with a promise that ended in the last days; the latest first, always."""
DAYS = (7, 30)
DEFAULT_DAYS = 30
NEWEST_FIRST = frozenset({"cerradas", "esperando", "busqueda", *PROMISES})
ORDERS = {"vence": "due", "actividad": "activity"}
LIGHTS: dict[str, Any] = {
    "late": _("Vencida"),
    "soon": _("Por vencer"),
    "ok": _("En plazo"),
    "paused": _("En pausa"),
    "none": _("Sin plazo"),
}
NAMES = (
    "vista",
    "q",
    "tipo",
    "canal",
    "luz",
    "servicio",
    "equipo",
    "agente",
    "dias",
    "organismo",
    "incidente",
    "orden",
    "cursor",
)
"""What addresses call the parts of a selection."""
NOBODY = 0
"""What `agente` says for the cases that no agent has."""
QUERY_LIMIT = 200
"""Characters of a search that are read; nobody types more."""


@dataclass(frozen=True, slots=True)
class Selection:
    """Each field is what stands in the address; "" or None is no filter. `agent` may be NOBODY."""

    view: str = DEFAULT_VIEW
    q: str = ""
    type: str = ""
    channel: str = ""
    light: str = ""
    service: int | None = None
    team: int | None = None
    agent: int | None = None
    days: int = DEFAULT_DAYS
    """How far the views of promises look back."""
    bodies: tuple[int, ...] = ()
    incident: int | None = None
    order: str = "vence"
    cursor: str = ""

    @classmethod
    def of(cls, asked: Mapping[str, str], default_view: str = DEFAULT_VIEW) -> "Selection":
        """Read an address; what makes no sense is left out."""
        view = asked.get("vista", default_view)
        light = asked.get("luz", "")
        order = asked.get("orden", "")
        view = view if view in VIEWS else default_view
        agent = _number(asked.get("agente", ""))
        days = _number(asked.get("dias", ""))
        q = asked.get("q", "").strip()[:QUERY_LIMIT]
        if agent is not None and view in ("mias", "sin-asignar"):
            view = "todas"
        if view == "busqueda" and not q:
            view = "todas"
        if order not in ORDERS or view in PROMISES:
            order = "actividad" if view in NEWEST_FIRST else "vence"
        return cls(
            view=view,
            q=q,
            type=asked.get("tipo", "")[:15],
            channel=asked.get("canal", "")[:30],
            light=light if light in LIGHTS else "",
            service=_number(asked.get("servicio", "")),
            team=_number(asked.get("equipo", "")),
            agent=agent,
            days=days if days in DAYS and view in PROMISES else DEFAULT_DAYS,
            bodies=_numbers(asked.get("organismo", "")),
            incident=_number(asked.get("incidente", "")),
            order=order,
            cursor=asked.get("cursor", "")[:200],
        )

    @property
    def bodies_text(self) -> str:
        """As the address has them: "1,3"."""
        return ",".join(str(body_id) for body_id in self.bodies)

    @property
    def filter_count(self) -> int:
        """How many filters beside the view and the search."""
        given = (
            self.type,
            self.channel,
            self.light,
            self.service,
            self.team,
            self.agent is not None,
            self.bodies,
            self.incident,
        )
        return sum(1 for value in given if value)

    def query(self, **changes: Any) -> str:
        """This selection with some changes as an address's query, without its `?`; it begins at the first page."""
        changed = replace(self, **({"cursor": ""} | changes))
        usual_order = "actividad" if changed.view in NEWEST_FIRST else "vence"
        pairs = {
            "vista": changed.view,
            "q": changed.q,
            "tipo": changed.type,
            "canal": changed.channel,
            "luz": changed.light,
            "servicio": changed.service,
            "equipo": changed.team,
            "agente": "" if changed.agent is None else str(changed.agent),
            "dias": str(changed.days) if changed.view in PROMISES and changed.days != DEFAULT_DAYS else "",
            "organismo": changed.bodies_text,
            "incidente": changed.incident,
            "orden": changed.order if changed.order != usual_order else "",
            "cursor": changed.cursor,
        }
        return urlencode({name: value for name, value in pairs.items() if value})

    def filters(self, who: Standing) -> Filters:
        """The same for worklist, as the person at the desk sees it."""
        filters = Filters(
            type=self.type,
            channel=self.channel,
            service_id=self.service,
            team_id=self.team,
            agent_user_id=self.agent or None,
            is_unassigned=self.agent == NOBODY,
            light=self.light,
            q=self.q,
            body_ids=self.bodies,
            incident_id=self.incident,
            order=ORDERS[self.order],
            sight=who.sight,
        )
        if self.view in PROMISES:
            since = clock.now() - timedelta(days=self.days)
            return replace(filters, promise=PROMISES[self.view], promise_since=since)
        if self.view == "derivadas":
            return replace(filters, is_open=True, **_referred(who))
        return replace(filters, **_of_view(self.view, who.user_id, who.team_ids))


def kept_query(asked: Mapping[str, str]) -> str:
    """The queue's part of an address, to be handed on by the pages of a case; "" when it says nothing of the queue."""
    return Selection.of(asked).query() if any(name in asked for name in NAMES) else ""


def tabs_of(who: Standing) -> tuple[str, ...]:
    return TABS_OF_UNITS if is_second_level(who) else TABS


def is_second_level(who: Standing) -> bool:
    """Whoever attends in no team and sees a part of a body: the referents of a unit."""
    return who.agent is None and bool(who.sight.limits)


def _referred(who: Standing) -> dict[str, Any]:
    """Hers that are out, and those that her teams or her unit's have to answer; whoever has neither sees them all."""
    of_units = {team for grants in who.sight.limits.values() for grant in grants for team in grant.team_ids}
    teams = tuple(sorted({*who.team_ids, *of_units}))
    if who.agent is None and not teams:
        return {"is_referred": True}
    return {"is_referred": True, "referred_user_id": who.user_id, "referred_team_ids": teams}


def _of_view(view: str, user_id: int, team_ids: tuple[int, ...]) -> dict[str, Any]:
    fixed: dict[str, dict[str, Any]] = {
        "mias": {"is_open": True, "agent_user_id": user_id},
        "sin-asignar": {"is_open": True, "is_unassigned": True, "team_ids": team_ids},
        "todas": {"is_open": True},
        "vencidas": {"is_open": True, "light": "late"},
        "por-vencer": {"is_open": True, "light": "soon"},
        "sin-leer": {"is_open": True, "is_unread": True},
        "esperando": {"state": "waiting_citizen"},
        "fallidas": {"has_failed_delivery": True},
        "cerradas": {"state": "closed"},
        "busqueda": {},
    }
    return fixed[view]


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def _numbers(text: str) -> tuple[int, ...]:
    found = (_number(part) for part in text[:QUERY_LIMIT].split(","))
    return tuple(sorted({number for number in found if number is not None}))
