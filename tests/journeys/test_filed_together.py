"""Several people send requests in the same moment: whoever waits is filed with the others, and told her own case."""

import time
from concurrent.futures import Future, ThreadPoolExecutor

from django.db import connection, connections, transaction

from ventanilla.cases.models import Case
from ventanilla.demo.stage import Stage
from ventanilla.flow import portal, receiving
from ventanilla.flow.filing import RECEIVING_LOCK
from ventanilla.flow.portal import Filed, Request
from ventanilla.intake.models import InboundDelivery
from ventanilla.organisation.scoping import scope

PEOPLE = 6


def file(stage: Stage, number: int) -> Filed:
    try:
        with scope({stage.body.pk}):
            asked = Request(portal.new_request_id(), "claim", f"No hay luz {number}.", name=f"Persona {number}")
            return portal.file_request(stage.body, asked, {"door": "portal"})
    finally:
        connections.close_all()


def wait_for_deliveries(count: int) -> None:
    deadline = time.monotonic() + 20
    while InboundDelivery.objects.count() < count:
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_who_waits_is_filed_with_the_others(committed_stage: Stage) -> None:
    under_way: list[Future[Filed]] = []
    with ThreadPoolExecutor(PEOPLE) as pool:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [RECEIVING_LOCK, committed_stage.body.pk])
            under_way += [pool.submit(file, committed_stage, number) for number in range(PEOPLE)]
            wait_for_deliveries(PEOPLE)
        filed = [one.result(timeout=30) for one in under_way]
    assert {one.state for one in filed} == {"filed"}
    subjects = {one.case.subject for one in filed if one.case is not None}
    assert subjects == {f"No hay luz {number}." for number in range(PEOPLE)}
    for number, one in enumerate(filed):
        assert one.case is not None
        assert one.case.subject == f"No hay luz {number}."
    batches = set(InboundDelivery.objects.values_list("handled_at", flat=True))
    assert len(batches) <= 2, "those that came while the first was filed go together"
    assert Case.objects.count() == PEOPLE


def test_who_comes_alone_after_a_crowd_waits_for_nobody(committed_stage: Stage) -> None:
    with ThreadPoolExecutor(PEOPLE) as pool:
        list(pool.map(lambda number: file(committed_stage, number), range(PEOPLE)))
    file(committed_stage, PEOPLE)  # finds out that the crowd has gone
    assert receiving._gatherings[committed_stage.body.pk]._expected == 1
    assert file(committed_stage, PEOPLE + 1).state == "filed"
