"""An agent gives her word, and sees the body's cases from then on (flow.sight)."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from ventanilla.flow.errors import Refused
from ventanilla.flow.sight import Standing
from ventanilla.journal.actors import Actor
from ventanilla.workforce import actions
from ventanilla.workforce import queries as workforce
from ventanilla.workforce.models import Signature, Statement


@dataclass(frozen=True, slots=True)
class Promises:
    to_sign: list[Statement]
    signed: list[Signature]
    """The newest first, of the bodies that she is still part of."""


def promises_of(who: Standing) -> Promises:
    """What she has to sign, and what she signed."""
    if who.agent is None:
        return Promises([], [])
    return Promises(
        workforce.statements_of(who.unsigned),
        [
            one
            for one in workforce.signatures_of(who.agent.pk, who.rights)
            if not who.sight.is_blind(one.statement.public_body_id)
        ],
    )


def sign(actor: Actor, who: Standing, statement_id: int) -> Signature:
    """Raises Refused for what is not hers to sign, or was written anew meanwhile."""
    statement = next((one for one in workforce.statements_of(who.unsigned) if one.pk == statement_id), None)
    agent = workforce.agent_of_user(actor.user_id) if actor.user_id else None
    if agent is None or statement is None:
        raise Refused(_("Esa declaración cambió o ya estaba firmada: esto es lo que vale ahora."))
    try:
        return actions.sign(agent, statement)
    except actions.OldVersion as problem:
        raise Refused(_("Esa declaración cambió mientras la leías: leé la nueva antes de firmar.")) from problem
