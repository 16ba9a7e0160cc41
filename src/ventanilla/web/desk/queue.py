"""The rows of the queue, ready to draw."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from ventanilla.accounts import queries as accounts
from ventanilla.cases import queries as cases
from ventanilla.catalogue import queries as catalogue
from ventanilla.flow.sight import Standing
from ventanilla.kit import clock
from ventanilla.messages.registry import names as channel_names
from ventanilla.organisation.scoping import current_scope
from ventanilla.web.desk.bulk_actions import ACTIONS
from ventanilla.web.desk.selection import DAYS, LIGHTS, NOBODY, ORDERS, PROMISES, VIEWS, Selection, tabs_of
from ventanilla.web.lights import Light, light_of, light_of_referral
from ventanilla.web.look.templatetags.look import channel_word
from ventanilla.web.matters import standing_of
from ventanilla.workforce import queries as workforce
from ventanilla.worklist import queries as worklist

if TYPE_CHECKING:
    from ventanilla.worklist.models import Row

PAGE_ROWS = 40
COUNT_CAP = 1000


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the list, as drawn."""

    row: "Row"
    href: str
    light: Light
    type: str
    assignee: str
    is_current: bool


def queue_context(request: HttpRequest, selection: Selection, current_code: str = "") -> dict[str, Any]:
    """Rows, counts and filters of the queue's pane. At most nine queries, however many rows."""
    who = standing_of(request)
    filters = selection.filters(who)
    try:
        page = worklist.page(filters, selection.cursor, PAGE_ROWS)
    except worklist.BadCursor:
        page = worklist.page(filters, "", PAGE_ROWS)
    path = reverse("desk:queue")
    attending = {one.user_id: one.user.display_name for one in workforce.agents()}
    return {
        "selection": selection,
        "lines": lines(page.rows, selection, current_code, attending),
        "next_page": f"{path}?{selection.query(cursor=page.next)}" if page.next else "",
        "previous_page": f"{path}?{selection.query(cursor=page.previous)}" if page.previous else "",
        "tabs": _tabs(selection, who),
        "other_views": [
            (f"{path}?{Selection.of({'vista': view}).query()}", label, view == selection.view)
            for view, label in VIEWS.items()
            if view not in (*tabs_of(who), "busqueda")
        ],
        "view_label": _("%(view)s, %(days)s días") % {"view": VIEWS[selection.view], "days": selection.days}
        if selection.view in PROMISES
        else VIEWS[selection.view],
        "is_other_view": selection.view not in tabs_of(who),
        "orders": [(f"{path}?{selection.query(order=order)}", order, order == selection.order) for order in ORDERS]
        if selection.view not in PROMISES
        else [],
        "choices": _choices(request, selection, attending),
        "clear_filters": f"{path}?{Selection(view=selection.view).query()}",
        "list_query": selection.query(cursor=selection.cursor),
        "current_code": current_code,
        "bulk_actions": [(kind.value, words) for kind, words in ACTIONS.items()],
    }


def lines(
    rows: "list[Row]", selection: Selection, current_code: str = "", attending: Mapping[int, str] | None = None
) -> list[Line]:
    """`attending` names agents by their user's id; one query for those it does not name."""
    now = clock.now()
    names = dict(attending or {})
    unnamed = {row.agent_user_id for row in rows if row.agent_user_id is not None} - names.keys()
    if unnamed:
        names |= {pk: user.display_name for pk, user in accounts.users_by_id(unnamed).items()}
    types = dict(cases.TYPES)
    query = selection.query(cursor=selection.cursor)
    suffix = f"?{query}" if query else ""
    return [
        Line(
            row=row,
            href=reverse("desk:conversation", args=[row.code]) + suffix,
            light=light_of_referral(row, now) if selection.view == "derivadas" else light_of(row, now),
            type=str(types.get(row.type, row.type)),
            assignee=names.get(row.agent_user_id or 0, ""),
            is_current=row.code == current_code,
        )
        for row in rows
    ]


def _tabs(selection: Selection, who: Standing) -> list[dict[str, Any]]:
    path = reverse("desk:queue")
    tabs = []
    views = tabs_of(who)
    bare_ones = [Selection.of({"vista": view}) for view in views]
    counts = worklist.counts_capped([bare.filters(who) for bare in bare_ones], COUNT_CAP)
    for view, bare, count in zip(views, bare_ones, counts, strict=True):
        tabs.append(
            {
                "href": f"{path}?{bare.query()}" if bare.query() else path,
                "label": VIEWS[view],
                "count": f"{COUNT_CAP - 1}+" if count >= COUNT_CAP else str(count),
                "is_current": view == selection.view,
            }
        )
    return tabs


def _choices(
    request: HttpRequest, selection: Selection, attending: Mapping[int, str]
) -> dict[str, list[tuple[Any, str]]]:
    """What each filter offers."""
    return {
        "types": [(value, str(label)) for value, label in cases.TYPES],
        "lights": [(value, str(label)) for value, label in LIGHTS.items()],
        "channels": [(channel, channel_word(channel)) for channel in channel_names()],
        "services": [(service.pk, service.name) for service in catalogue.services()],
        "teams": [(team.pk, team.name) for team in workforce.teams()],
        "agents": [
            (NOBODY, _("Nadie")),
            *sorted(attending.items(), key=lambda pair: pair[1]),
        ],
        "days": [(days, _("Últimos %(days)s días") % {"days": days}) for days in DAYS]
        if selection.view in PROMISES
        else [],
        "bodies": _bodies(request, selection),
    }


def _bodies(request: HttpRequest, selection: Selection) -> list[tuple[Any, str]]:
    """For whoever sees several; what is chosen may be some of them, as a supervisor's board chooses."""
    names = {pk: name for pk, name in accounts.body_names_of(request.user).items() if pk in current_scope()}
    if len(names) < 2:
        return []
    offered = [(str(pk), name) for pk, name in names.items()]
    chosen = [names[pk] for pk in selection.bodies if pk in names]
    return [*offered, (selection.bodies_text, ", ".join(chosen))] if len(chosen) > 1 else offered
