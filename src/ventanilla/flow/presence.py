"""Where agents are: what they say, what their acts and their silence say, and who hears of it at once."""

from collections.abc import Iterable, Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from ventanilla.flow.errors import Refused
from ventanilla.flow.patience import patient
from ventanilla.flow.waiting import assign_waiting
from ventanilla.journal.actors import Actor
from ventanilla.kit import live
from ventanilla.workforce import actions
from ventanilla.workforce import queries as workforce
from ventanilla.workforce.models import PauseReason, Presence


@patient
def set_presence(actor: Actor, presence: str, reason: str = "") -> None:
    """The agent is available, paused for a reason, or gone; the oldest of the queues goes to whoever is available
    again. Raises Refused."""
    agent = workforce.agent_of_user(actor.user_id) if actor.user_id else None
    if agent is None or presence not in actions.SAYABLE:
        raise Refused(_("Tu usuario no atiende solicitudes."))
    if presence == Presence.PAUSED and reason not in PauseReason.values:
        raise Refused(_("Elegí el motivo de la pausa."))
    with transaction.atomic():
        actions.set_presence(agent, presence, reason if presence == Presence.PAUSED else "")
        _tell([agent.pk])
    if presence == Presence.AVAILABLE:
        assign_waiting()


@patient
def send_off(actor: Actor, agent_id: int) -> None:
    """A supervisor says that somebody is gone: she fell ill, or left without saying so."""
    agent = workforce.agent(agent_id)
    if agent is None:
        raise Refused(_("Esa persona no atiende solicitudes acá."))
    with transaction.atomic():
        actions.set_presence(agent, Presence.GONE, "", by=actor)
        _tell([agent.pk])


def was_seen(user_id: int) -> None:
    """A member of staff did something: a sign of life, if she attends people. One statement, and none twice a minute.

    Whoever had become away by herself is back; what waits is offered to her within the minute (jobs.routing).
    """
    agent_id = actions.see(user_id)
    if agent_id is not None:
        _tell([agent_id])


def signed_out(user_id: int) -> None:
    """She is gone; what she holds stays hers."""
    agent_id = actions.leave(user_id)
    if agent_id is not None:
        _tell([agent_id])


def watch() -> Mapping[int, str]:
    """Whoever shows no life becomes away, and gone later: the new presence by agent."""
    changed = actions.follow_silence()
    _tell(changed)
    return changed


def _tell(agent_ids: Iterable[int]) -> None:
    """The boards, and the agents' own screens; each screen hears only of its own person (web/desk/sockets.py)."""
    for agent_id, (user_id, body_ids) in workforce.where(agent_ids).items():
        for body_id in body_ids:
            live.publish(live.body_group(body_id), "board")
            live.publish(live.body_group(body_id), "people", user_id=user_id, agent_id=agent_id)
