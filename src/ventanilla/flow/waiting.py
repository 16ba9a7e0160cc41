"""Offers the waiting cases of every body to whoever is free."""

from ventanilla.flow.desk import assign_waiting
from ventanilla.organisation import queries as organisation
from ventanilla.organisation.scoping import scope


def assign_everywhere() -> int:
    """How many cases found an agent."""
    given = 0
    for body in organisation.bodies():
        with scope({body.pk}):
            given += assign_waiting()
    return given
