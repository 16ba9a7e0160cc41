"""Who gets a case: never the untrained, never past the maximum, by the criteria in their order, and in turn."""

from collections import Counter
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from ventanilla.routing.rules import NOBODY, REASONS, WEIGHTS, Candidate, Overflow, Pool, Wanted, turn_of, weight_of

NOON = datetime(2026, 9, 7, 12, tzinfo=UTC)
CHANNELS = ("email", "chat", "portal")
LANGUAGES = ("es", "pt", "ugy")
TEAMS = (1, 2, 3)


def candidates(most: int = 8) -> st.SearchStrategy[list[Candidate]]:
    return st.lists(
        st.builds(
            Candidate,
            agent_id=st.integers(1, 30),
            team_ids=st.sets(st.sampled_from(TEAMS), min_size=1),
            channels=st.sets(st.sampled_from(CHANNELS)),
            load=st.integers(0, 8),
            max_load=st.integers(0, 8),
            idle_since=st.integers(0, 500).map(lambda minutes: minutes and NOON.timestamp() - minutes * 60),
            languages=st.sets(st.sampled_from(LANGUAGES)),
            services=st.sets(st.integers(1, 3)),
        ),
        max_size=most,
        unique_by=lambda candidate: candidate.agent_id,
    )


WANTED = st.builds(
    Wanted,
    channel=st.sampled_from(CHANNELS),
    weight=st.integers(1, 4),
    language=st.sampled_from(("", *LANGUAGES)),
    service_id=st.none() | st.integers(1, 3),
    knows_case=st.sets(st.integers(1, 30), max_size=3),
    knows_person=st.sets(st.integers(1, 30), max_size=3),
    returned_by=st.none() | st.integers(1, 30),
)
TEAM_LISTS = st.lists(st.sampled_from(TEAMS), max_size=3, unique=True)
COVERED = st.dictionaries(st.sampled_from(TEAMS), st.lists(st.sampled_from(CHANNELS), max_size=2))


def one(agent_id: int, **named: object) -> Candidate:
    given = {"team_ids": {1}, "channels": {"email"}, "load": 0, "max_load": 10, "idle_since": 0} | named
    return Candidate(agent_id=agent_id, **given)  # type: ignore[arg-type] # named by the caller


def naive(people: list[Candidate], teams: list[int], wanted: Wanted) -> int | None:
    """The criteria read one after another, whatever it costs."""
    fit = [
        person
        for person in people
        if person.team_ids & set(teams) and wanted.channel in person.channels and person.has_room(wanted.weight)
    ]
    speaking = [person for person in fit if wanted.language in person.languages]
    left = speaking if wanted.language and speaking else fit
    willing = [person for person in left if person.agent_id != wanted.returned_by] or left
    for criterion in (
        [
            person
            for person in willing
            if person.agent_id in wanted.knows_case and person.agent_id != wanted.returned_by
        ],
        [
            person
            for person in willing
            if person.agent_id in wanted.knows_person and person.agent_id != wanted.returned_by
        ],
        [person for person in willing if wanted.service_id in person.services],
        willing,
    ):
        if criterion:
            return min(criterion, key=turn_of).agent_id
    return None


@given(candidates(), TEAM_LISTS, WANTED, COVERED)
def test_the_chosen_is_fit_and_whoever_is_not_chosen_is_not_there(
    people: list[Candidate], teams: list[int], wanted: Wanted, covered: dict[int, list[str]]
) -> None:
    choice = Pool(people, covered).choose(teams, wanted)
    assert choice.reason in REASONS
    open_teams = {team for team in teams if not covered.get(team) or wanted.channel in covered[team]}
    present = [person for person in people if person.team_ids & open_teams]
    trained = [person for person in present if wanted.channel in person.channels]
    fit = [person for person in trained if person.load + wanted.weight <= person.max_load]
    assert (choice.present, choice.untrained, choice.full) == (
        (len(present), len(present) - len(trained), len(trained) - len(fit)) if open_teams else (0, 0, 0)
    )
    if choice.candidate is None:
        assert not fit
        assert choice.reason in NOBODY
    else:
        assert choice.candidate in fit
        assert choice.team_id in open_teams & set(choice.candidate.team_ids)
        assert choice.reason not in NOBODY
        assert choice.is_language_missing == (
            bool(wanted.language) and not any(wanted.language in person.languages for person in fit)
        )


@given(candidates(), st.lists(st.tuples(TEAM_LISTS, WANTED), max_size=25))
def test_many_cases_in_one_pool_go_where_each_would_go_alone(
    people: list[Candidate], cases: list[tuple[list[int], Wanted]]
) -> None:
    pool = Pool(people)
    for minute, (teams, wanted) in enumerate(cases):
        expected = naive(people, teams, wanted)
        chosen = pool.choose(teams, wanted).candidate
        assert (chosen.agent_id if chosen else None) == expected
        if chosen is not None:
            pool.give(chosen, wanted.weight, NOON + timedelta(minutes=minute))
            assert chosen.load <= chosen.max_load


@given(candidates(), st.lists(WANTED, max_size=15), st.lists(st.tuples(st.integers(0, 7), st.integers(0, 12))))
def test_what_others_gave_meanwhile_is_heeded(
    people: list[Candidate], cases: list[Wanted], meanwhile: list[tuple[int, int]]
) -> None:
    pool = Pool(people)
    for wanted in cases:
        assert (chosen := pool.choose(TEAMS, wanted).candidate) is None or chosen.has_room(wanted.weight)
        if meanwhile and people:
            place, load = meanwhile.pop()
            pool.heed(people[place % len(people)].agent_id, load)
        expected = naive(people, list(TEAMS), wanted)
        choice = pool.choose(TEAMS, wanted)
        assert (choice.candidate.agent_id if choice.candidate else None) == expected
        if choice.candidate is None:
            continue
        pool.give(choice.candidate, wanted.weight, NOON)


@given(st.integers(1, 6), st.integers(1, 40))
def test_equal_people_get_equal_work(people: int, cases: int) -> None:
    pool = Pool([one(number, max_load=100) for number in range(people)])
    counted: Counter[int] = Counter()
    for minute in range(cases):
        chosen = pool.choose([1], Wanted("email")).candidate
        assert chosen is not None
        pool.give(chosen, 1, NOON + timedelta(minutes=minute))
        counted[chosen.agent_id] += 1
    shares = [counted[number] for number in range(people)]
    assert max(shares) - min(shares) <= 1


def test_the_criteria_stand_in_their_order() -> None:
    people = [
        one(1, load=9, languages={"pt"}),
        one(2, load=8),
        one(3, load=7),
        one(4, load=6, services={7}),
        one(5, load=1),
        one(6, load=1, idle_since=NOON.timestamp()),
    ]

    def reason(**wanted: object) -> tuple[int, str]:
        choice = Pool(people).choose([1], Wanted("email", **wanted))  # type: ignore[arg-type] # named below
        assert choice.candidate is not None
        return choice.candidate.agent_id, choice.reason

    everything = {"language": "pt", "knows_case": {2}, "knows_person": {3}, "service_id": 7}
    assert reason(**everything) == (1, "only_one")
    assert reason(**everything | {"language": ""}) == (2, "knows_case")
    assert reason(knows_person={3}, service_id=7) == (3, "knows_person")
    assert reason(service_id=7) == (4, "knows_service")
    assert reason() == (5, "longest_waiting")
    people.pop()
    assert reason() == (5, "least_loaded")


def test_load_is_weighed_against_each_ones_maximum() -> None:
    choice = Pool([one(1, load=10, max_load=40), one(2, load=4, max_load=8)]).choose([1], Wanted("email"))
    assert choice.candidate is not None
    assert choice.candidate.agent_id == 1


def test_whoever_gave_it_back_gets_it_only_when_nobody_else_can() -> None:
    both = Pool([one(1), one(2, load=9)]).choose([1], Wanted("email", returned_by=1, knows_case={1}))
    assert both.candidate is not None
    assert both.candidate.agent_id == 2
    alone = Pool([one(1)]).choose([1], Wanted("email", returned_by=1, knows_case={1}))
    assert alone.candidate is not None


@given(candidates(), WANTED, st.integers(0, 90), st.integers(0, 90), st.sampled_from(["any", *NOBODY[:1], NOBODY[2]]))
def test_overflow_happens_by_a_rule_alone(
    people: list[Candidate], wanted: Wanted, waited: int, after: int, only_if: str
) -> None:
    rule = Overflow(5, 1, 2, "", after, only_if)
    own = Pool(people).choose([1], wanted)
    other = Pool(people).choose([2], wanted)
    choice = Pool(people).decide([1], wanted, [rule], waited)
    why = {"nobody_present": {"nobody_present", "nobody_trained"}, "everybody_full": {"everybody_full"}}
    may = own.candidate is None and waited >= after and own.reason in why.get(only_if, {*NOBODY})
    if may and other.candidate is not None:
        assert (choice.candidate, choice.rule_id, choice.own_reason) == (other.candidate, 5, own.reason)
        assert choice.team_id == 2
    else:
        assert (choice.candidate, choice.rule_id) == (own.candidate, None)


def test_a_rule_of_another_team_or_channel_does_nothing() -> None:
    pool = Pool([one(1, team_ids={2})])
    for rule in (Overflow(1, 3, 2), Overflow(2, 1, 2, "chat"), Overflow(3, 1, 2, after_minutes=1)):
        assert pool.decide([1], Wanted("email"), [rule], 0).candidate is None
    assert pool.decide([1], Wanted("email"), [Overflow(4, 1, 2, "email")], 0).rule_id == 4


def test_weights_are_the_bodys_and_never_nothing() -> None:
    assert weight_of("chat", {}) == WEIGHTS["chat"] > WEIGHTS["email"]
    assert weight_of("chat", {"chat": 9}) == 9
    assert weight_of("email", {"email": 0}) == weight_of("pigeon", {}) == 1
