"""What the journal sets off: nothing is missed, nothing needs to happen at once."""

from ventanilla.demo.post import case_of, deliver, letter
from ventanilla.demo.stage import Stage
from ventanilla.flow import desk
from ventanilla.flow.close import close
from ventanilla.flow.reactions import react
from ventanilla.journal.actions import NewFact, read_on, record
from ventanilla.journal.actors import staff
from ventanilla.routing import queries as routing


def test_a_closed_case_makes_room_for_one_that_waits(stage: Stage) -> None:
    react()
    stage.agent.max_open_cases = 1
    stage.agent.save()
    first = case_of(deliver(stage, letter("a@example.org", "Uno", "Hola")))
    second = case_of(deliver(stage, letter("b@example.org", "Dos", "Hola")))
    waiting = routing.assignment_of(second.pk)
    assert waiting is not None
    assert waiting.agent is None
    close(staff(stage.agent_user.pk), first.pk, type="information", service_id=None, text="Listo")
    react()
    react()
    given = routing.assignment_of(second.pk)
    assert given is not None
    assert given.agent == stage.agent


def test_each_fact_is_handed_out_once_and_none_is_skipped(stage: Stage) -> None:
    read_on("test", ["x.happened"], 10)
    for number in range(5):
        record(NewFact("x.happened", stage.body.pk, case_id=number))
    seen: list[int | None] = []
    for _reading in range(6):
        seen += [fact.case_id for fact in read_on("test", ["x.happened"], 2)]
    assert seen == [0, 1, 2, 3, 4]


def test_a_reader_begins_with_what_comes_after_it(stage: Stage) -> None:
    desk.assign_waiting()
    record(NewFact("x.happened", stage.body.pk))
    assert [read_on("late", ["x.happened"], 10) for _reading in range(3)] == [[], [], []]
