"""Loads the demo body, once."""

from django.db import transaction

from ventanilla.demo import fair_work, incidents, noticed, people, second_level, training
from ventanilla.demo.body import SLUG, build
from ventanilla.demo.story import tell
from ventanilla.organisation import queries as organisation
from ventanilla.organisation.scoping import scope


def load_once() -> bool:
    """Make the demo body with its history unless it is there; True when it was made. All of it or nothing."""
    if organisation.body(SLUG) is not None:
        return False
    with transaction.atomic():
        made = build()
        with scope({made.body.pk}):
            people.build(made)
            second_level.build(made)
            tell(made)
            second_level.tell(made)
            incidents.tell(made)
            fair_work.tell(made)
            noticed.tell(made)
            training.tell(made)
    return True
