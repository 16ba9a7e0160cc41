"""Pure decisions of intake: attempts, addresses of accounts, and what makes a message doubtful."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from math import isfinite
from typing import Any

Network = IPv4Network | IPv6Network

_LINK = re.compile(r"(?:https?://|www\.)[^\s<>\"')\]]+", re.IGNORECASE)
_VERDICT = re.compile(r"\b(spf|dkim|dmarc)\s*=\s*(\w+)", re.IGNORECASE)
_WORD = re.compile(r"\w+")
_MARKS = re.compile("[\u0300-\u036f]+")
_ADDRESS = re.compile(r"[^\s@<>,;]{1,64}@[^\s@<>,;]{1,255}")
_DOMAIN = re.compile(r"(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)*[^\W_](?:[\w-]{0,61}[^\W_])?")

MAX_ATTEMPTS = 6
"""After so many failures of our own, a delivery goes to quarantine, where a person sees it."""


def retry_delay_seconds(attempts: int) -> int:
    """Pause before the next attempt: 10 s, 40 s, 160 s, … about an hour in all."""
    return int(10 * 4 ** max(attempts - 1, 0))


def normalised_account_address(address: str) -> list[str]:
    """The account addresses that a recipient may mean, best first: itself, then without its `+tag`."""
    address = address.strip().strip("<>").lower()
    local, at, domain = address.rpartition("@")
    if not at:
        return [address]
    base = local.split("+", 1)[0]
    return [address] if base == local else [address, f"{base}@{domain}"]


class BlockKind(StrEnum):
    """What a rule of a body's block list names."""

    ADDRESS = "address"
    DOMAIN = "domain"
    NETWORK = "network"
    WORDS = "words"


class DoubtKind(StrEnum):
    """Why a message may be no message to a public body; `intake.reasons` says each in words."""

    ADDRESS = "address"
    DOMAIN = "domain"
    NETWORK = "network"
    WORDS = "words"
    HONEYPOT = "honeypot"
    TOO_FAST = "too_fast"
    LINKS = "links"
    MARKED = "marked"
    UNPROVEN = "unproven"


HINTS = frozenset({DoubtKind.UNPROVEN})
"""Never enough by themselves: half the honest mailing lists of the world fail SPF or DKIM."""

MIN_SECONDS_TO_FILL = 4.0
"""Nobody reads and answers a form of several pages in less."""
LINKS_LIMIT = {"portal": 6, "": 20}
"""Different links in a first message, by door; "" stands for every other. Half of it when the sender is unproven."""
READ_CHARACTERS = 50_000
"""So much of a text is looked through."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """One reason; `detail` is the rule's value, a number of seconds or of links, or ""."""

    kind: DoubtKind
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Signs:
    """What a door saw and the bytes do not say, as it stands in a delivery's envelope under the same names.

    `door`: "portal", "api", or "" for mail. `honeypot`: a field that people do not see was filled in.
    `seconds_to_fill`: from the form's first page to its sending; None when there was no form. `blocked_network`: the
    rule that the client's address met (`intake.queries.blocking_network`), so that the address itself need not be
    kept. `peer`: the mail server that brought it. `spam_flag`: a trusted relay's filter calls it spam.
    `authentication_results`: what a trusted relay found.
    """

    door: str = ""
    honeypot: bool = False
    seconds_to_fill: float | None = None
    blocked_network: str = ""
    peer: str = ""
    spam_flag: bool = False
    authentication_results: str = ""

    @classmethod
    def from_envelope(cls, envelope: Mapping[str, Any]) -> "Signs":
        """Whatever is missing or of another type counts as not seen."""
        seconds = envelope.get("seconds_to_fill")
        is_number = isinstance(seconds, int | float) and not isinstance(seconds, bool) and isfinite(seconds)
        return cls(
            door=_text(envelope, "door"),
            honeypot=envelope.get("honeypot") is True,
            seconds_to_fill=float(seconds) if is_number and seconds is not None else None,
            blocked_network=_text(envelope, "blocked_network"),
            peer=_text(envelope, "peer"),
            spam_flag=envelope.get("spam_flag") is True,
            authentication_results=_text(envelope, "authentication_results"),
        )


def _text(envelope: Mapping[str, Any], name: str) -> str:
    value = envelope.get(name)
    return value if isinstance(value, str) else ""


@dataclass(frozen=True, slots=True)
class BlockList:
    """A body's rules in force, ready to be asked. `words` maps what is looked for to the rule as it was written."""

    addresses: frozenset[str] = frozenset()
    domains: frozenset[str] = frozenset()
    networks: tuple[Network, ...] = ()
    words: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, rules: Iterable[tuple[str, str]]) -> "BlockList":
        """From (kind, value) pairs as `checked_value` gives them."""
        by_kind: dict[str, list[str]] = {kind: [] for kind in BlockKind}
        for kind, value in rules:
            by_kind[kind].append(value)
        return cls(
            addresses=frozenset(by_kind[BlockKind.ADDRESS]),
            domains=frozenset(by_kind[BlockKind.DOMAIN]),
            networks=tuple(ip_network(value) for value in by_kind[BlockKind.NETWORK]),
            words={_folded(value): value for value in by_kind[BlockKind.WORDS]},
        )

    def network_of(self, address: str) -> str:
        """The rule's network that an address is in, or ""."""
        if not self.networks or not address:
            return ""
        try:
            found = ip_address(address.partition("%")[0])
        except ValueError:
            return ""
        client: IPv4Address | IPv6Address = getattr(found, "ipv4_mapped", None) or found
        return next((str(network) for network in self.networks if client in network), "")

    def domain_of(self, address: str) -> str:
        """The rule's domain that a mail address is in or under, or ""."""
        domain = address.rpartition("@")[2] if self.domains else ""
        while domain:
            if domain in self.domains:
                return domain
            domain = domain.partition(".")[2]
        return ""


def doubts(senders: Iterable[str], subject: str, text: str, html: str, signs: Signs, rules: BlockList) -> list[Doubt]:
    """Everything that speaks against a message, hints included. `senders` are the addresses it is from and answered to.

    A message without any costs a few look-ups. Whether they are enough is `weighed`'s matter.
    """
    found = []
    for sender in senders:
        if sender in rules.addresses:
            found.append(Doubt(DoubtKind.ADDRESS, sender))
        if domain := rules.domain_of(sender):
            found.append(Doubt(DoubtKind.DOMAIN, domain))
    if network := signs.blocked_network or rules.network_of(signs.peer):
        found.append(Doubt(DoubtKind.NETWORK, network))
    if rules.words:
        said = f" {_folded(f'{subject} {text[:READ_CHARACTERS]}')} "
        found += [Doubt(DoubtKind.WORDS, rule) for words, rule in rules.words.items() if f" {words} " in said]
    if signs.honeypot:
        found.append(Doubt(DoubtKind.HONEYPOT))
    if signs.seconds_to_fill is not None and signs.seconds_to_fill < MIN_SECONDS_TO_FILL:
        found.append(Doubt(DoubtKind.TOO_FAST, str(max(0, round(signs.seconds_to_fill)))))
    if signs.spam_flag:
        found.append(Doubt(DoubtKind.MARKED))
    is_unproven = is_authentication_failed(signs.authentication_results)
    limit = LINKS_LIMIT.get(signs.door, LINKS_LIMIT[""]) // (2 if is_unproven else 1)
    count = links_in(text, html, limit)
    if count >= limit:
        found.append(Doubt(DoubtKind.LINKS, str(count)))
    if is_unproven:
        found.append(Doubt(DoubtKind.UNPROVEN))
    return list(dict.fromkeys(found))


def weighed(found: Sequence[Doubt], *, takes_part: bool, is_known: bool) -> list[Doubt]:
    """The doubts that count, none when they are not enough to set a message aside.

    Who `takes_part` in the case that the message answers, by a reference that we signed, is set aside only when that
    very address is blocked. Links say nothing against who `is_known` from before.
    """
    counted = [
        doubt
        for doubt in found
        if (not takes_part or doubt.kind is DoubtKind.ADDRESS) and (not is_known or doubt.kind is not DoubtKind.LINKS)
    ]
    return counted if is_enough(counted) else []


def is_enough(found: Sequence[Doubt]) -> bool:
    return any(doubt.kind not in HINTS for doubt in found)


def links_in(text: str, html: str, limit: int) -> int:
    """How many different links there are, or less than `limit` when that is all there is to know."""
    text, html = text[:READ_CHARACTERS], html[: 4 * READ_CHARACTERS]
    if text.count("://") + text.count("www.") + html.count("://") < limit:
        return 0
    return len({link.lower().rstrip("./") for part in (text, html) for link in _LINK.findall(part)})


def is_authentication_failed(results: str) -> bool:
    """RFC 8601 results that speak against the sender: DMARC failed, or SPF did and no signature makes up for it."""
    if "fail" not in results.lower():
        return False
    verdicts: dict[str, str] = {
        method.lower(): verdict.lower() for method, verdict in reversed(_VERDICT.findall(results))
    }
    if "dmarc" in verdicts:
        return verdicts["dmarc"] == "fail"
    return verdicts.get("spf") == "fail" and verdicts.get("dkim") != "pass"


def _folded(text: str) -> str:
    """Words apart by one space, without accents, case or punctuation."""
    plain = text.lower()
    if not plain.isascii():
        plain = _MARKS.sub("", unicodedata.normalize("NFKD", plain))
    return " ".join(_WORD.findall(plain))


class BadRule(Exception):
    """A rule that cannot stand; `problem` says why."""

    def __init__(self, problem: "RuleProblem") -> None:
        super().__init__(problem.value)
        self.problem = problem


class RuleProblem(StrEnum):
    EMPTY = "empty"
    NOT_AN_ADDRESS = "not_an_address"
    NOT_A_DOMAIN = "not_a_domain"
    NOT_A_NETWORK = "not_a_network"
    TOO_WIDE = "too_wide"
    SHARED_DOMAIN = "shared_domain"
    OURS = "ours"
    OUR_NETWORK = "our_network"
    SHORT_WORDS = "short_words"


SHARED_DOMAINS = frozenset(
    (
        "adinet.com.uy", "aol.com", "gmail.com", "googlemail.com", "gmx.com", "gmx.net", "hotmail.com", "hotmail.es",
        "icloud.com", "live.com", "mac.com", "me.com", "mail.com", "montevideo.com.uy", "msn.com", "netgate.com.uy",
        "outlook.com", "outlook.es", "proton.me", "protonmail.com", "vera.com.uy", "yahoo.com", "yahoo.com.ar",
        "yahoo.es", "ymail.com", "zoho.com",
    )
)  # fmt: skip
"""Everybody's mail: to block one of these is to close the door to half the country."""
REGISTRIES = frozenset(("com", "edu", "gob", "gub", "gov", "mil", "net", "org"))
"""Second levels under which strangers register: `com.uy` is nobody's domain."""
MIN_PREFIX = {4: 8, 6: 20}
MIN_WORDS_CHARACTERS = 4


def checked_value(kind: str, value: str, ours: Iterable[str] = (), trusted: Iterable[Network] = ()) -> str:
    """A rule's value as it is kept. Raises BadRule.

    `ours` are the body's own addresses, `trusted` networks that must stay open (our relays and this machine).
    """
    value = " ".join(value.split())
    if not value:
        raise BadRule(RuleProblem.EMPTY)
    if kind == BlockKind.WORDS:
        if len(_folded(value).replace(" ", "")) < MIN_WORDS_CHARACTERS:
            raise BadRule(RuleProblem.SHORT_WORDS)
        return value
    if kind == BlockKind.NETWORK:
        return _checked_network(value, trusted)
    value = value.lower().strip("<>")
    if kind == BlockKind.ADDRESS:
        if not _ADDRESS.fullmatch(value):
            raise BadRule(RuleProblem.NOT_AN_ADDRESS)
        if not set(normalised_account_address(value)).isdisjoint(ours):
            raise BadRule(RuleProblem.OURS)
        return value
    return _checked_domain(value.removeprefix("@").removeprefix("*.").rstrip("."), ours)


def _checked_domain(value: str, ours: Iterable[str]) -> str:
    if not _DOMAIN.fullmatch(value):
        raise BadRule(RuleProblem.NOT_A_DOMAIN)
    labels = value.split(".")
    if len(labels) == 1 or (len(labels) == 2 and labels[0] in REGISTRIES):
        raise BadRule(RuleProblem.TOO_WIDE)
    if value in SHARED_DOMAINS:
        raise BadRule(RuleProblem.SHARED_DOMAIN)
    if any(f".{address.rpartition('@')[2]}".endswith(f".{value}") for address in ours):
        raise BadRule(RuleProblem.OURS)
    return value


def _checked_network(value: str, trusted: Iterable[Network]) -> str:
    try:
        network = ip_network(value, strict=False)
    except ValueError as problem:
        raise BadRule(RuleProblem.NOT_A_NETWORK) from problem
    if network.prefixlen < MIN_PREFIX[network.version]:
        raise BadRule(RuleProblem.TOO_WIDE)
    if any(one.version == network.version and one.overlaps(network) for one in trusted):
        raise BadRule(RuleProblem.OUR_NETWORK)
    return str(network)
