"""What makes a message doubtful, and which rules may stand."""

from ipaddress import ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ventanilla.intake.reasons import DOUBTS, PROBLEMS, reason, stored_reasons
from ventanilla.intake.rules import (
    HINTS,
    BadRule,
    BlockList,
    Doubt,
    DoubtKind,
    RuleProblem,
    Signs,
    checked_value,
    doubts,
    is_authentication_failed,
    is_enough,
    links_in,
    weighed,
)

OURS = ["consultas@ejemplo.gub.uy", "Intendencia"]
CLEAN = Signs()


def found(
    sender: str = "ana@correo.example", text: str = "Hola", *, signs: Signs = CLEAN, rules: BlockList | None = None
) -> list[str]:
    return [one.kind.value for one in doubts([sender], "Asunto", text, "", signs, rules or BlockList())]


def test_nothing_speaks_against_an_ordinary_message() -> None:
    assert found() == []


def test_a_domain_holds_what_is_under_it_and_nothing_that_only_ends_alike() -> None:
    rules = BlockList.of([("domain", "malo.example")])
    assert found("x@malo.example", rules=rules) == ["domain"]
    assert found("x@a.b.malo.example", rules=rules) == ["domain"]
    assert found("x@nomalo.example", rules=rules) == []
    assert found("malo.example", rules=BlockList.of([("domain", "otro.example")])) == []


def test_words_match_whole_without_accents_case_or_punctuation() -> None:
    rules = BlockList.of([("words", "Crédito fácil")])
    assert found(text="¡¡CREDITO, fácil!!", rules=rules) == ["words"]
    assert found(text="crédito facilito", rules=rules) == []


@pytest.mark.parametrize(
    ("peer", "is_inside"),
    [
        ("203.0.113.7", True),
        ("::ffff:203.0.113.7", True),
        ("203.0.114.7", False),
        ("2001:db8::5%eth0", True),
        ("", False),
        ("unix", False),
    ],
)
def test_networks_in_every_spelling_of_an_address(peer: str, is_inside: bool) -> None:
    rules = BlockList.of([("network", "203.0.113.0/24"), ("network", "2001:db8::/32")])
    assert bool(rules.network_of(peer)) is is_inside


def test_signs_of_another_type_are_not_seen() -> None:
    wrong = {"door": 1, "honeypot": "true", "seconds_to_fill": True, "peer": None, "spam_flag": "YES"}
    assert Signs.from_envelope(wrong) == CLEAN
    right = {"door": "portal", "honeypot": True, "seconds_to_fill": 3, "blocked_network": "10.0.0.0/8"}
    assert Signs.from_envelope(right) == Signs("portal", True, 3.0, "10.0.0.0/8")


def test_time_that_is_no_time_is_not_seen() -> None:
    assert Signs.from_envelope({"seconds_to_fill": float("nan")}) == CLEAN
    assert found(signs=Signs(seconds_to_fill=-1.0)) == ["too_fast"]
    assert found(signs=Signs(seconds_to_fill=4.0)) == []


def test_a_hint_is_never_enough_but_makes_links_weigh_more() -> None:
    failed = "mx.ejemplo.gub.uy; spf=fail smtp.mailfrom=x; dkim=none"
    hint = doubts(["a@b.example"], "", "hola", "", Signs(authentication_results=failed), BlockList())
    assert [one.kind for one in hint] == [DoubtKind.UNPROVEN]
    assert not is_enough(hint)
    links = " ".join(f"https://a{number}.example" for number in range(12))
    assert found(text=links) == []
    assert found(text=links, signs=Signs(authentication_results=failed)) == ["links", "unproven"]


@pytest.mark.parametrize(
    ("results", "failed"),
    [
        ("", False),
        ("mx; dmarc=fail (p=none) header.from=x", True),
        ("mx; dmarc=pass; spf=fail", False),
        ("mx; spf=fail; dkim=pass", False),
        ("mx; spf=softfail; dkim=fail", False),
        ("mx; SPF=Fail", True),
    ],
)
def test_when_authentication_speaks_against_the_sender(results: str, failed: bool) -> None:
    assert is_authentication_failed(results) is failed


def test_the_same_link_counts_once_wherever_it_stands() -> None:
    one = "https://a.example/x"
    assert links_in(f"{one} {one}. www.b.example", f'<a href="{one}">x</a>', 1) == 2


def test_whoever_takes_part_is_doubted_by_her_own_address_alone() -> None:
    every = [Doubt(kind) for kind in DoubtKind]
    assert [one.kind for one in weighed(every, takes_part=True, is_known=True)] == [DoubtKind.ADDRESS]
    assert weighed(every[1:], takes_part=True, is_known=False) == []
    assert weighed([Doubt(DoubtKind.LINKS), Doubt(DoubtKind.UNPROVEN)], takes_part=False, is_known=True) == []
    assert len(weighed(every, takes_part=False, is_known=False)) == len(every)
    assert weighed([Doubt(kind) for kind in HINTS], takes_part=False, is_known=False) == []


@pytest.mark.parametrize(
    ("kind", "value", "kept"),
    [
        ("address", " <Ofertas@Barato.Example> ", "ofertas@barato.example"),
        ("domain", "@Barato.Example.", "barato.example"),
        ("domain", "*.barato.example", "barato.example"),
        ("domain", "ñandú.com.uy", "ñandú.com.uy"),
        ("network", "203.0.113.9/24", "203.0.113.0/24"),
        ("network", "203.0.113.9", "203.0.113.9/32"),
        ("network", "2001:DB8::/32", "2001:db8::/32"),
        ("words", "  Crédito   fácil ", "Crédito fácil"),
    ],
)
def test_a_rule_is_kept_as_it_will_be_looked_up(kind: str, value: str, kept: str) -> None:
    assert checked_value(kind, value, OURS) == kept
    assert checked_value(kind, kept, OURS) == kept


@pytest.mark.parametrize(
    ("kind", "value", "problem"),
    [
        ("address", "", RuleProblem.EMPTY),
        ("address", "barato.example", RuleProblem.NOT_AN_ADDRESS),
        ("address", "a@b@c.example", RuleProblem.NOT_AN_ADDRESS),
        ("address", "Consultas@ejemplo.gub.uy", RuleProblem.OURS),
        ("address", "consultas+baja@ejemplo.gub.uy", RuleProblem.OURS),
        ("domain", "a@barato.example", RuleProblem.NOT_A_DOMAIN),
        ("domain", "https://barato.example", RuleProblem.NOT_A_DOMAIN),
        ("domain", "-.example", RuleProblem.NOT_A_DOMAIN),
        ("domain", "uy", RuleProblem.TOO_WIDE),
        ("domain", "com.uy", RuleProblem.TOO_WIDE),
        ("domain", "gub.uy", RuleProblem.TOO_WIDE),
        ("domain", "gmail.com", RuleProblem.SHARED_DOMAIN),
        ("domain", "ejemplo.gub.uy", RuleProblem.OURS),
        ("network", "nada", RuleProblem.NOT_A_NETWORK),
        ("network", "203.0.113.0/99", RuleProblem.NOT_A_NETWORK),
        ("network", "0.0.0.0/0", RuleProblem.TOO_WIDE),
        ("network", "::/0", RuleProblem.TOO_WIDE),
        ("network", "10.9.0.0/16", RuleProblem.OUR_NETWORK),
        ("words", "¡a!", RuleProblem.SHORT_WORDS),
        ("words", "???????", RuleProblem.SHORT_WORDS),
    ],
)
def test_a_rule_that_says_nothing_or_too_much_is_refused(kind: str, value: str, problem: RuleProblem) -> None:
    with pytest.raises(BadRule) as refused:
        checked_value(kind, value, OURS, [ip_network("10.0.0.0/8"), ip_network("::1")])
    assert refused.value.problem is problem


@given(st.text(max_size=300), st.text(max_size=60))
def test_any_text_can_be_asked_about(text: str, sender: str) -> None:
    rules = BlockList.of([("words", "crédito fácil"), ("domain", "malo.example"), ("address", "a@b.example")])
    for one in doubts([sender], text, text, text, Signs(peer=sender, authentication_results=text), rules):
        assert reason(one)


def test_every_doubt_and_problem_has_its_words() -> None:
    assert set(DOUBTS) == set(DoubtKind)
    assert set(PROBLEMS) == set(RuleProblem)
    assert stored_reasons([{"kind": "links", "detail": "9"}]) == ["Trae 9 enlaces y es la primera vez que escribe."]
