"""Server time of the agents' queue: the whole view, from the request to the last byte, for every filter it offers."""

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from html import unescape
from statistics import median
from typing import Any
from urllib.parse import urlencode

from benchmarks.installation import percentile

PATH = "/mostrador/"
REPEATS = 3
DEEP_PAGES = 12
NEXT = re.compile(r'rel="next"[^>]*href="[^"?]*\?([^"]+)"|href="[^"?]*\?([^"]*cursor=[^"]+)"')
VIEWS = (
    "mias",
    "sin-asignar",
    "todas",
    "vencidas",
    "por-vencer",
    "sin-leer",
    "esperando",
    "fallidas",
    "cerradas",
    "incumplidas",
    "cumplidas",
    "busqueda",
)
ORDERS = ("vence", "actividad")
LIGHTS = ("late", "soon", "ok", "paused", "none")
TYPES = ("information", "claim", "thanks", "ninguno")
CHANNELS = ("email", "facebook")
WEIRD_SEARCHES = (
    "\"'(<&|!:*",
    "el la de",
    "a",
    "-contenedor",
    "contenedor or yacaré",
    '"contenedor de la esquina"',
    "zzzz",
)


@dataclass(slots=True)
class Timings:
    """Milliseconds of each request, and the most queries that a page made."""

    by_address: dict[str, list[float]] = field(default_factory=dict)
    most_queries: int = 0

    def p95(self) -> float:
        return percentile([value for values in self.by_address.values() for value in values], 0.95)

    def middle(self) -> float:
        return median(value for values in self.by_address.values() for value in values)

    def worst(self) -> tuple[float, str]:
        """The address with the highest median."""
        return max((median(values), address) for address, values in self.by_address.items())


def addresses(services: list[int], teams: list[int], agents: list[int]) -> Iterator[dict[str, Any]]:
    """Every view in both orders: bare, with each filter, and with pairs that find little or nothing."""
    single: list[dict[str, Any]] = [{}]
    single += [{"luz": light} for light in LIGHTS]
    single += [{"tipo": kind} for kind in TYPES]
    single += [{"canal": channel} for channel in CHANNELS]
    single += [{"servicio": service} for service in [*services, 987_654]]
    single += [{"equipo": team} for team in [*teams, 987_654]]
    single += [{"agente": agent} for agent in [*agents, 987_654]]
    pairs: list[dict[str, Any]] = [
        {"luz": "none", "tipo": "thanks"},
        {"luz": "paused", "equipo": teams[-1]},
        {"luz": "late", "canal": "facebook"},
        {"tipo": "ninguno", "agente": agents[0]},
        {"equipo": teams[0], "agente": agents[-1], "tipo": "claim"},
        {"servicio": services[0], "luz": "ok"},
    ]
    for view in VIEWS:
        for order in ORDERS:
            for asked in single + pairs:
                yield {"vista": view, "orden": order, **asked}


def measure_filters(client: Any, choices: Iterator[dict[str, Any]], repeats: int = REPEATS) -> Timings:
    timings = Timings()
    for asked in choices:
        address = f"{PATH}?{urlencode(asked)}"
        timings.by_address[address] = [_milliseconds(client, address) for _ in range(repeats)]
        timings.most_queries = max(timings.most_queries, queries_of(client, address))
    return timings


def measure_depth(client: Any) -> Timings:
    """Pages in the middle of the years, and the pages that follow the first."""
    timings = Timings()
    for view in ("todas", "cerradas", "esperando"):
        for order in ORDERS:
            for days in (1, 30, 300, 900):
                moment = datetime.now(UTC) - timedelta(days=days) if order == "actividad" else datetime.now(UTC)
                asked = {"vista": view, "orden": order, "cursor": cursor_at(view, order, moment)}
                address = f"{PATH}?{urlencode(asked)}"
                timings.by_address[address] = [_milliseconds(client, address) for _ in range(REPEATS)]
            address = f"{PATH}?{urlencode({'vista': view, 'orden': order})}"
            for _page in range(DEEP_PAGES):
                response = client.get(address)
                found = NEXT.search(response.content.decode())
                if found is None:
                    break
                address = f"{PATH}?{unescape(found[1] or found[2])}"
                timings.by_address[address] = [_milliseconds(client, address) for _ in range(REPEATS)]
    return timings


def measure_search(client: Any, text: str, repeats: int = 10) -> Timings:
    """The search box from each view and in each order."""
    timings = Timings()
    for view in ("busqueda", "todas", "cerradas", "mias"):
        for order in ORDERS:
            address = f"{PATH}?{urlencode({'vista': view, 'orden': order, 'q': text})}"
            timings.by_address[address] = [_milliseconds(client, address) for _ in range(repeats)]
    return timings


def cursor_at(view: str, order: str, moment: datetime) -> str:
    """A cursor as worklist writes it, for a place in the middle."""
    from ventanilla.worklist.paging import Key, write_cursor

    is_by_due = order == "vence"
    # By due moment, closed cases stand last, the newest first.
    return write_cursor(
        Key.of(500_000, int(is_by_due and view == "cerradas"), moment, 1 if is_by_due and view != "cerradas" else -1)
    )


def queries_of(client: Any, address: str) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as captured:
        client.get(address)
    return len(captured)


def _milliseconds(client: Any, address: str) -> float:
    begun = time.perf_counter()
    response = client.get(address)
    elapsed = (time.perf_counter() - begun) * 1_000
    assert response.status_code == 200, (response.status_code, address)
    return elapsed
