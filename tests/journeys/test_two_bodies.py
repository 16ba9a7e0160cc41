"""A shared centre serves two bodies: what belongs to one never shows, joins or answers for the other."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from ventanilla.cases import queries as cases
from ventanilla.cases.models import Case, CaseLink
from ventanilla.contacts import queries as contacts
from ventanilla.contacts.models import Contact
from ventanilla.delivery.models import OutboxMessage
from ventanilla.demo.post import case_of, deliver, letter
from ventanilla.demo.stage import Stage, build_stage
from ventanilla.flow import desk
from ventanilla.flow.close import close
from ventanilla.flow.errors import Refused
from ventanilla.flow.reply import begin_mail, note, reply
from ventanilla.journal.actors import Actor, staff
from ventanilla.messages.contract import Address
from ventanilla.organisation.scoping import scope
from ventanilla.routing import queries as routing
from ventanilla.workforce.models import Agent

ROSA = "Rosa Pérez <rosa@example.org>"


@dataclass(slots=True)
class Centre:
    here: Stage
    there: Stage
    mine: Case
    theirs: Case
    actor: Actor


@pytest.fixture
def centre(db: None) -> Iterator[Centre]:
    """An agent of the first body who also serves the second; Rosa has written to both."""
    here, there = build_stage(), build_stage("otra", "otra.gub.uy", prefix="otra-")
    with scope({here.body.pk}):
        mine = case_of(deliver(here, letter(ROSA, "Poda", "Un árbol caído", message_id="uno@example.org")))
    with scope({there.body.pk}):
        theirs = case_of(
            deliver(there, letter(ROSA, "Poda", "Otro árbol", message_id="dos@example.org", To=there.account.address))
        )
    with scope({here.body.pk, there.body.pk}):
        yield Centre(here, there, mine, theirs, staff(here.agent_user.pk))


def test_each_body_has_its_own_rosa_and_its_own_case(centre: Centre) -> None:
    assert centre.mine.contact != centre.theirs.contact
    with scope({centre.here.body.pk}):
        assert cases.by_code(centre.theirs.code) is None
        assert cases.by_id(centre.theirs.pk) is None
        assert [case.pk for case in Case.objects.all()] == [centre.mine.pk]
        assert [one.pk for one in contacts.search("rosa@")] == [centre.mine.contact_id]


@pytest.mark.parametrize("way", ["header", "token", "code"])
def test_a_mail_to_one_body_never_joins_or_names_a_case_of_the_other(centre: Centre, way: str) -> None:
    answer = reply(centre.actor, centre.mine.pk, "¿En qué calle?")
    token = OutboxMessage.objects.get(entry=answer).reference_token
    there = centre.there.account.address
    content = {
        "header": letter(ROSA, "Re", "Rivera", In_Reply_To=f"<{answer.external_id}>", To=there),
        "token": letter(ROSA, "Re", f"Rivera\n\n> Referencia: {token}", To=there),
        "code": letter(ROSA, f"Re: [{centre.mine.code}]", "Rivera", To=there),
    }[way]
    case = case_of(deliver(centre.there, content))
    assert case.public_body_id == centre.there.body.pk
    assert case.pk not in (centre.mine.pk, centre.theirs.pk)
    assert not CaseLink.objects.exists()


@pytest.mark.parametrize(
    "act",
    [
        lambda c: desk.assign(c.actor, c.mine.pk, agent_id=None, team_id=c.there.team.pk),
        lambda c: desk.assign(c.actor, c.mine.pk, agent_id=c.there.agent.pk, team_id=None),
        lambda c: desk.take(staff(c.there.agent_user.pk), c.mine.pk),
        lambda c: desk.change(c.actor, c.mine.pk, service_id=c.there.service.pk),
        lambda c: close(c.actor, c.mine.pk, type="claim", service_id=c.there.service.pk),
        lambda c: desk.link(c.actor, c.mine.pk, c.theirs.pk),
        lambda c: desk.merge(c.actor, c.mine.pk, c.theirs.pk),
        lambda c: desk.merge_contacts(c.actor, c.mine.contact_id, c.theirs.contact_id),
        lambda c: begin_mail(
            c.actor,
            c.here.account.pk,
            [Address("email", "x@example.org")],
            [],
            "Hola",
            "Texto",
            service_id=c.there.service.pk,
        ),
    ],
    ids=["team", "agent", "take", "service", "close", "link", "merge", "contacts", "begin"],
)
def test_whoever_serves_both_cannot_mix_them(centre: Centre, act: Callable[[Centre], object]) -> None:
    note(centre.actor, centre.mine.pk, "Vista")
    before = Contact.objects.filter(merged_into__isnull=False).count()
    with pytest.raises(Refused) as refusal:
        act(centre)
    assert str(refusal.value).endswith(".")
    assignment = routing.assignment_of(centre.mine.pk)
    assert assignment is not None
    assert assignment.team == centre.here.team
    fresh = cases.by_id(centre.mine.pk)
    assert fresh is not None
    assert (fresh.state, fresh.service_id) == ("open", None)
    assert Contact.objects.filter(merged_into__isnull=False).count() == before
    assert not CaseLink.objects.exists()


def test_a_mail_begun_for_one_body_knows_the_contacts_of_that_body_alone(centre: Centre) -> None:
    to = [Address("email", "rosa@example.org")]
    for account, known in ((centre.here.account, centre.mine), (centre.there.account, centre.theirs)):
        begun = begin_mail(centre.actor, account.pk, to, [], "Hola", "Texto")
        assert begun.contact == known.contact
        assert begun.public_body_id == known.public_body_id


def test_only_people_of_the_same_body_are_proposed_for_a_merge(centre: Centre) -> None:
    assert centre.mine.contact is not None
    assert contacts.similar(centre.mine.contact) == []


def test_an_agent_of_both_is_never_given_more_than_her_maximum(centre: Centre) -> None:
    """What she has open in one body counts when the other one asks."""
    Agent.objects.filter(pk=centre.there.agent.pk).update(presence="away")
    Agent.objects.filter(pk=centre.here.agent.pk).update(max_open_cases=2)
    centre.here.agent.teams.add(centre.there.team)
    given = [
        case_of(deliver(stage, letter(f"p{number}@example.org", "Hola", "Texto", To=stage.account.address)))
        for number, stage in enumerate([centre.there, centre.here, centre.there])
    ]
    agents = [routing.assignment_of(case.pk) for case in given]
    assert [one.agent_id if one else 0 for one in agents] == [centre.here.agent.pk, None, None]
    assert routing.loads([centre.here.agent.pk])[centre.here.agent.pk] == 2
