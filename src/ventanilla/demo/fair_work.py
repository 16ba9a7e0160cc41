"""How the demo body shares out its work: a rule of overflow, people with a language of their own, preferential
attention."""

from ventanilla.cases import queries as cases
from ventanilla.demo.body import DemoBody
from ventanilla.flow.changed import changed
from ventanilla.journal.actors import SYSTEM
from ventanilla.routing import actions as routing
from ventanilla.workforce import actions as workforce
from ventanilla.workforce import queries as people
from ventanilla.worklist import queries as worklist

AFTER_MINUTES = 60
NEEDS = (("pt", "elderly"), ("", "pregnancy"), ("", "disability"), ("en", ""))
"""Of the cases that are due first."""


def tell(made: DemoBody) -> None:
    """After the story, so that the hired team takes nothing in it that was the own one's."""
    own, hired = people.team_by_slug("primer-nivel"), people.team_by_slug("centro-contratado")
    if own is not None and hired is not None:
        routing.create_overflow_rule(made.body, own, hired, after_minutes=AFTER_MINUTES)
    workforce.change_agent(made.agents[0], languages=["es", "pt"])
    workforce.change_agent(made.agents[1], languages=["es", "ugy"])
    found = worklist.page(worklist.Filters(state="open"), limit=len(NEEDS)).rows
    by_id = cases.by_ids([row.case_id for row in found])
    for row, (language, reason) in zip(found, NEEDS, strict=False):
        routing.set_needs(row.case_id, made.body.pk, SYSTEM, language=language, preferential_reason=reason)
    changed(*by_id.values())
