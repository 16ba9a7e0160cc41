"""What may happen after the fact: every reaction to the journal, on one page.

What must happen is a call in the line itself. These read the journal afterwards, by the clock; each may run twice, and
a delay of half a minute harms nobody.
"""

from collections.abc import Callable, Mapping, Sequence

from django.db import transaction

from ventanilla.cases import events as cases
from ventanilla.flow.desk import assign_waiting
from ventanilla.flow.notices import NOTICES, tell
from ventanilla.intake import events as intake
from ventanilla.journal.actions import read_on
from ventanilla.journal.models import Fact
from ventanilla.kit import live
from ventanilla.organisation.scoping import scope
from ventanilla.sla import events as sla
from ventanilla.workforce import queries as workforce

READER = "reactions"
FACTS_A_RUN = 500

Reaction = Callable[[int, Sequence[Fact]], None]
"""Gets the id of a body and its new facts of one kind."""


def offer_what_waits(_body_id: int, _facts: Sequence[Fact]) -> None:
    """Somebody has room again: the oldest of the queue is hers."""
    assign_waiting()


def move_the_board(body_id: int, _facts: Sequence[Fact]) -> None:
    """The supervisor's figures changed without any case changing."""
    live.publish(live.body_group(body_id), "board")


OF_THE_HOUSE: Mapping[str, Sequence[Reaction]] = {
    cases.CLOSED: (offer_what_waits,),
    sla.WARNED: (move_the_board,),
    sla.BREACHED: (move_the_board,),
    intake.QUARANTINED: (move_the_board,),
    intake.DISCARDED: (move_the_board,),
    intake.DOUBTED: (move_the_board,),
    intake.ATTENDED: (move_the_board,),
}


REACTIONS: Mapping[str, Sequence[Reaction]] = {
    kind: (*OF_THE_HOUSE.get(kind, ()), *((tell,) if kind in NOTICES else ()))
    for kind in sorted({*OF_THE_HOUSE, *NOTICES})
}
"""What moves the house, and what its people are told of (flow.notices)."""


def react() -> int:
    """Let everything react to what is new; how many facts there were."""
    with transaction.atomic():
        facts = read_on(READER, REACTIONS, FACTS_A_RUN)
        groups: dict[tuple[int, str], list[Fact]] = {}
        for fact in facts:
            for body_id in _bodies_of(fact):
                groups.setdefault((body_id, fact.kind), []).append(fact)
        for (body_id, kind), found in groups.items():
            with scope({body_id}):
                for reaction in REACTIONS[kind]:
                    reaction(body_id, found)
        return len(facts)


def _bodies_of(fact: Fact) -> list[int]:
    """Where a fact is heard: what is said of an agent, in every body that she attends for."""
    if fact.public_body_id is not None:
        return [fact.public_body_id]
    return workforce.body_ids_of(fact.agent_id) if fact.agent_id is not None else []
