"""One thing done to many cases: each in a transaction of its own, so that one refusal stops no other.

What somebody asked for is written down first (cases.Batch); then each case is done and its line settled in the same
transaction. A run that dies in the middle goes on where it stopped, and two runs at once do nothing twice.
"""

from collections import Counter
from collections.abc import Sequence

import structlog
from django.db import transaction
from django.utils.translation import gettext as _

from ventanilla.accounts.rules import Right
from ventanilla.cases import actions as cases
from ventanilla.cases import incidents
from ventanilla.cases import queries as case_queries
from ventanilla.cases.models import Batch, Case
from ventanilla.flow import bulk_acts
from ventanilla.flow.bulk_rules import AT_ONCE, MOST, Kind, Wish
from ventanilla.flow.errors import Refused, refusals
from ventanilla.flow.patience import patient
from ventanilla.flow.sight import Standing, sees, standing_now
from ventanilla.journal.actors import Actor, staff
from ventanilla.kit import live, queue
from ventanilla.organisation.scoping import scope
from ventanilla.routing import queries as assignments

logger = structlog.get_logger(__name__)

JOB = "cases.batch"


def ask(actor: Actor, case_ids: Sequence[int], wish: Wish) -> Batch:
    """Write down what is to be done, and do it: at once, or in a job when there are many. Raises Refused.

    Cases of another body than most are refused by their lines: teams, services and incidents are of one body.
    """
    found = case_queries.by_ids(case_ids)
    wanted = [found[case_id] for case_id in dict.fromkeys(case_ids) if case_id in found]
    if not wanted:
        raise Refused(_("Elegí al menos una solicitud."))
    if len(wanted) > MOST:
        raise Refused(_("Son demasiadas: el máximo es %(most)d por vez.") % {"most": MOST})
    (body_id, _count), *_others = Counter(case.public_body_id for case in wanted).most_common(1)
    foreign = _("Es de otro organismo: hacelo aparte.")
    with scope({body_id}):
        bulk_acts.refuse_senseless(wish)
    with transaction.atomic():
        batch = cases.begin_batch(
            body_id,
            wish.kind,
            wish.as_json(),
            [case.pk for case in wanted if case.public_body_id == body_id],
            actor,
            text=wish.text,
            incident_id=wish.incident_id,
            refused={case.pk: foreign for case in wanted if case.public_body_id != body_id},
        )
        if len(wanted) > AT_ONCE or wish.kind is Kind.ANSWER:
            queue.defer(JOB, body_id=body_id, batch_id=batch.pk)
            return batch
    run(body_id, batch.pk)
    return batch


def run(body_id: int, batch_id: int) -> None:
    """Do what is left of a batch. Harmless when there is nothing, and beside another run of the same."""
    with scope({body_id}):
        batch = incidents.batch(batch_id)
        if batch is None or batch.finished_at is not None:
            return
        actor = staff(batch.made_by_id or 0)
        who = standing_now(actor.user_id or 0)
        wish = Wish.of(batch.kind, batch.wish, batch.text, batch.incident_id)
        for row_id in incidents.waiting_ids(batch.pk):
            _settle(row_id, actor, who, wish)
        with transaction.atomic():
            if not incidents.waiting_ids(batch.pk):
                cases.finish_batch(batch, actor)
                live.publish(live.body_group(body_id), "board")


def sweep() -> None:
    """Go on with batches that nobody is running any more."""
    for body_id, batch_id in incidents.unfinished():
        queue.wake(JOB, str(batch_id), is_alone=True, body_id=body_id, batch_id=batch_id)


def _settle(row_id: int, actor: Actor, who: Standing, wish: Wish) -> None:
    try:
        _do(row_id, actor, who, wish)
    except Refused as refusal:
        _refuse(row_id, str(refusal))
    except Exception as problem:  # one case that we cannot do must not keep the others from being done
        logger.error("batch_case_failed", row_id=row_id, error=type(problem).__name__)
        _refuse(row_id, _("No se pudo por un problema nuestro: probá con esta sola."))


@patient
def _do(row_id: int, actor: Actor, who: Standing, wish: Wish) -> None:
    with refusals(), transaction.atomic():
        row = cases.lock_batch_case(row_id)
        if row is None:
            return
        case = cases.lock(row.case_id)
        if case.pk != row.case_id:
            raise Refused(_("Se unió a %(code)s y sigue ahí.") % {"code": case.code})
        _refuse_forbidden(who, case, wish)
        cases.settle_batch_case(row, is_done=True, said=bulk_acts.ACTS[wish.kind](actor, case, wish))


@patient
def _refuse(row_id: int, reason: str) -> None:
    with transaction.atomic():
        row = cases.lock_batch_case(row_id)
        if row is not None:
            cases.settle_batch_case(row, is_done=False, said=reason)


def _refuse_forbidden(who: Standing, case: Case, wish: Wish) -> None:
    """Rights and sight are asked case by case, under the case's lock: it may have changed hands a moment ago."""
    if not sees(who, case):
        raise Refused(_("Esa solicitud no existe."))
    if not who.may(Right.ANSWER, case.public_body_id):
        raise Refused(_("No podés cambiar las solicitudes de este organismo."))
    if who.may(Right.ASSIGN, case.public_body_id):
        return
    if wish.kind is Kind.ANSWER:
        raise Refused(_("Responder a todas lo hace quien supervisa."))
    if wish.kind in bulk_acts.HANDS_OVER:
        now = assignments.assignment_of(case.pk)
        if now is not None and now.agent is not None and now.agent.user_id != who.user_id:
            raise Refused(_("La tiene otra persona: solo quien supervisa puede pasarla."))
