"""What the line refuses, in words for the screen."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.utils.translation import gettext as _

from ventanilla.cases.actions.joining import JoiningRefused
from ventanilla.cases.actions.states import UnknownCase
from ventanilla.contacts.actions import MergeRefused
from ventanilla.intake.actions import NotInQuarantine


class Refused(Exception):
    """Something cannot be done; the message is plain Spanish and says what to do instead."""


class NothingRecorded(Refused):
    """A case cannot close before somebody answered or wrote a note (domain.md 1.4)."""


@contextmanager
def refusals() -> Iterator[None]:
    """Turn what rooms refuse into the line's one word for it."""
    try:
        yield
    except (JoiningRefused, MergeRefused) as problem:
        raise Refused(str(problem)) from problem
    except NotInQuarantine as problem:
        raise Refused(_("Ese mensaje ya no espera que alguien decida.")) from problem
    except UnknownCase as problem:
        raise Refused(_("Esa solicitud no existe.")) from problem
