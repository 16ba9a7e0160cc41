"""The clock of the demo's story: what happens when, and what every part of it does."""

import heapq
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from random import Random

from ventanilla.cases import queries as cases
from ventanilla.cases.models import Case
from ventanilla.demo.body import DemoBody
from ventanilla.demo.sayings import Saying
from ventanilla.flow import desk
from ventanilla.flow.accept import accept
from ventanilla.flow.close import close
from ventanilla.flow.receive import receive_one
from ventanilla.journal.actors import Actor, staff
from ventanilla.kit import clock
from ventanilla.organisation import queries as organisation
from ventanilla.routing import queries as routing
from ventanilla.workforce.models import Agent

SEED = 147_012


@dataclass(order=True, slots=True)
class _Step:
    at: datetime
    order: int
    act: Callable[[], None] = field(compare=False)


class Story:
    def __init__(self, made: DemoBody) -> None:
        self.made = made
        self.dice = Random(SEED)
        self.now = clock.now()
        self.office = organisation.compiled(made.body.default_calendar_id or 0)
        self._steps: list[_Step] = []
        self._order = count()
        self._ids = count(1)

    def at(self, moment: datetime, act: Callable[[], None]) -> None:
        """Have it happen, unless that lies ahead of us."""
        if moment < self.now:
            heapq.heappush(self._steps, _Step(moment, next(self._order), act))

    def run(self) -> None:
        while self._steps:
            step = heapq.heappop(self._steps)
            with clock.frozen(step.at):
                step.act()

    def working_moment(self, after: datetime, minutes: int) -> datetime:
        """So many office minutes later."""
        return self.office.add(after, timedelta(minutes=minutes))

    def message_id(self, domain: str) -> str:
        return f"demo.{next(self._ids):05d}@{domain}"

    def arrives(self, content: bytes, sender: str) -> list[str]:
        stored = accept(self.made.account, content, {"mail_from": sender, "rcpt_to": [self.made.account.address]})
        return receive_one(stored.delivery_id).case_codes

    def responsible(self, case: Case, among: Sequence[Agent] = ()) -> Actor:
        """Whoever has the case; somebody takes it when nobody does, one of `among` where only they know how."""
        assignment = routing.assignment_of(case.pk)
        if assignment is not None and assignment.agent is not None:
            return staff(assignment.agent.user_id)
        actor = staff(self.dice.choice(among or self.made.agents[:3]).user_id)
        desk.take(actor, case.pk)
        return actor


def finish(story: Story, case_id: int, saying: Saying) -> None:
    case = cases.by_id(case_id)
    if case is None or case.state == "closed":
        return
    service = story.made.services.get(saying.service)
    outcome = "not_ours" if "no la Intendencia" in saying.answer else "answered"
    close(
        story.responsible(case), case.pk, type=saying.type, service_id=service.pk if service else None, outcome=outcome
    )
