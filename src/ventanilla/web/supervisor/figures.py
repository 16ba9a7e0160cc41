"""Numbers of the board, each with the address of what it counts."""

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

from ventanilla.worklist.queries import Workload

QUEUE = "/mostrador/"


@dataclass(frozen=True, slots=True)
class Figure:
    """A number and the address of what it counts. `state` is a light of look: ok, soon, late, none."""

    name: str
    label: str
    value: int
    href: str
    state: str = "none"


@dataclass(frozen=True, slots=True)
class Count:
    """A number in a table and the address of what it counts; `name` is its id on the page."""

    name: str
    value: int
    href: str


@dataclass(frozen=True, slots=True)
class Desk:
    """The desk's addresses. `bodies` is "", or those of the board where the desk would show more: "1,3"."""

    bodies: str = ""

    def cases(self, **query: object) -> str:
        """The queue with these filters."""
        return f"{QUEUE}?{urlencode(query | ({'organismo': self.bodies} if self.bodies else {}))}"

    def nobodys(self, **query: object) -> str:
        """Of every team: the view `sin-asignar` shows whoever is in a team only hers."""
        return self.cases(vista="todas", **query, agente=0)


def counts(key: str, loads: Iterable[Workload], desk: Desk, **whose: int | str) -> dict[str, Count]:
    """Open, late and about to be late; `whose` is the queue's filter."""
    found = list(loads)
    return {
        "open": Count(f"{key}-abiertas", sum(load.open for load in found), desk.cases(vista="todas", **whose)),
        "late": Count(f"{key}-vencidas", sum(load.late for load in found), desk.cases(vista="vencidas", **whose)),
        "soon": Count(f"{key}-por-vencer", sum(load.soon for load in found), desk.cases(vista="por-vencer", **whose)),
    }
