"""A referral: one at a time, in one body, and told to the journal with what it measured."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from ventanilla.cases import actions as cases
from ventanilla.cases.models import Case, Entry
from ventanilla.journal.actors import SYSTEM
from ventanilla.journal.models import Fact
from ventanilla.kit import clock
from ventanilla.organisation import actions as organisation
from ventanilla.organisation.models import PublicBody, Unit
from ventanilla.organisation.scoping import scope
from ventanilla.routing import actions, events, queries
from ventanilla.routing.models import AlsoSeenBy, Referral, ReferralState
from ventanilla.workforce import actions as workforce
from ventanilla.workforce.models import Team

NOON = datetime(2026, 11, 24, 15, tzinfo=UTC)


@pytest.fixture
def body(db: None) -> Iterator[PublicBody]:
    made = organisation.create_body("ejemplo", "Intendencia de Ejemplo")
    with scope({made.pk}), clock.frozen(NOON):
        yield made


@pytest.fixture
def unit(body: PublicBody) -> Unit:
    return organisation.create_unit(body, "juridica", "Jurídica")


@pytest.fixture
def team(body: PublicBody, unit: Unit) -> Team:
    return workforce.create_team(body, "referentes", "Referentes", unit=unit)


def make_case(body: PublicBody) -> Case:
    return cases.open_case(
        body.pk, None, "Multa", SYSTEM, channel="email", case_type="claim", service_id=None, participants=[]
    )


def ask(case: Case) -> Entry:
    return cases.add_note(case, "¿Prescribió?", SYSTEM)


def refer(case: Case, unit: Unit, team: Team) -> Referral:
    return actions.refer_to_unit(case, unit, team, ask(case), SYSTEM, at=clock.now(), due_at=None)


def test_the_team_sees_it_and_the_journal_knows(body: PublicBody, unit: Unit, team: Team) -> None:
    case = make_case(body)
    referral = refer(case, unit, team)
    assert AlsoSeenBy.objects.filter(case=case, team=team).exists()
    assert queries.also_seen_by(case.pk) == [], "the person did not write to that team"
    (fact,) = Fact.objects.filter(kind=events.REFERRED)
    assert (fact.unit_id, fact.team_id, fact.case_id) == (unit.pk, team.pk, case.pk)
    assert queries.open_referral(case.pk) == referral
    assert referral.aim_name == "Jurídica"


def test_one_at_a_time(body: PublicBody, unit: Unit, team: Team) -> None:
    case = make_case(body)
    refer(case, unit, team)
    with pytest.raises(IntegrityError), transaction.atomic():
        refer(case, unit, team)


def test_the_end_is_measured(body: PublicBody, unit: Unit, team: Team) -> None:
    case = make_case(body)
    referral = refer(case, unit, team)
    at = NOON + timedelta(hours=3)
    actions.close_referral(referral, ReferralState.ANSWERED, SYSTEM, at, business_seconds=7200, is_within_target=True)
    (fact,) = Fact.objects.filter(kind=events.REFERRAL_ANSWERED)
    assert (fact.elapsed_seconds, fact.business_seconds, fact.is_within_target) == (10_800, 7200, True)
    assert queries.open_referral(case.pk) is None
    second = refer(case, unit, team)
    actions.close_referral(second, ReferralState.WITHDRAWN, SYSTEM, at)
    assert Fact.objects.filter(kind=events.REFERRAL_WITHDRAWN).count() == 1
    assert [one.pk for one in queries.referrals_of(case.pk)] == [second.pk, referral.pk]


def test_the_centre_answers_until_the_body_says_otherwise(body: PublicBody, unit: Unit, team: Team) -> None:
    assert queries.who_answers(body.pk) == "centre"
    before = refer(make_case(body), unit, team)
    actions.set_second_level(body, "unit")
    actions.set_second_level(body, "unit")
    assert queries.who_answers(body.pk) == "unit"
    after = refer(make_case(body), unit, team)
    assert (before.is_for_the_unit_to_answer, after.is_for_the_unit_to_answer) == (False, True)


def test_another_body_finds_what_it_was_asked_and_no_more(body: PublicBody) -> None:
    there = organisation.create_body("otra", "Otra Intendencia")
    case = make_case(body)
    with scope({there.pk}):
        made = make_case(there)
    referral = actions.refer_to_body(case, there, made, ask(case), SYSTEM, at=NOON, due_at=None)
    assert not referral.is_for_the_unit_to_answer
    with scope({there.pk}):
        assert queries.asked_for(made.pk) == referral
        assert queries.referrals_of(case.pk) == []
        assert queries.referral(referral.pk) is None
