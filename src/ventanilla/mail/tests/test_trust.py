"""What a relay may tell us."""

import pytest

from ventanilla.mail.trust import authentication_results, is_inside, is_marked_spam, networks

TRUSTED = networks("10.1.0.0/16, 192.0.2.7, fd00::/8")


@pytest.mark.parametrize(
    ("peer", "expected"),
    [
        ("10.1.2.3", True),
        ("10.2.2.3", False),
        ("192.0.2.7", True),
        ("192.0.2.8", False),
        ("fd00::1", True),
        ("fe80::1%eth0", False),
        ("::ffff:10.1.2.3", True),
        ("local", False),
        ("", False),
    ],
)
def test_who_is_trusted(peer: str, expected: bool) -> None:
    assert is_inside(peer, TRUSTED) == expected


def test_nobody_is_trusted_unless_named() -> None:
    assert networks(" , ") == []
    assert not is_inside("127.0.0.1", [])
    with pytest.raises(ValueError, match="10"):
        networks("10.0.0.0/99")


RELAYS_OWN = b"Authentication-Results: relay.gub.uy;\r\n\tspf=pass smtp.mailfrom=x@y;\r\n dkim=fail\r\n"
FORGED = b"Authentication-Results: relay.gub.uy; spf=pass; dkim=pass\r\n"
OWN_HOP = b"Received: from a by relay.gub.uy\r\n with ESMTP\r\n"
OTHER_HOP = b"Received: from b by a\r\n"


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        (RELAYS_OWN + OWN_HOP + OTHER_HOP + FORGED, "relay.gub.uy; spf=pass smtp.mailfrom=x@y; dkim=fail"),
        (OWN_HOP + RELAYS_OWN + OTHER_HOP + FORGED, "relay.gub.uy; spf=pass smtp.mailfrom=x@y; dkim=fail"),
        (OWN_HOP + OTHER_HOP + FORGED, ""),
        (b"Subject: Authentication-Results: no\r\n", ""),
        (b"", ""),
    ],
)
def test_only_what_the_relay_wrote_itself_counts(headers: bytes, expected: str) -> None:
    assert authentication_results(headers + b"\r\nAuthentication-Results: in; the=body\r\n") == expected
    assert authentication_results((headers + b"\r\nhola").replace(b"\r\n", b"\n")) == expected


def test_a_huge_header_costs_little() -> None:
    assert authentication_results(b"X: y\r\n" * 1_000_000) == ""
    assert len(authentication_results(b"Authentication-Results: " + b"a" * 60_000 + b"\r\n\r\n")) == 4_000


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        (b"Received: by relay\r\nX-Spam-Flag: YES\r\nFrom: a@b.example\r\n", True),
        (b"x-spam-status: Yes, score=9.1\r\nReceived: by relay\r\n", True),
        (b"Received: by relay\r\nX-Spam-Flag: NO\r\nX-Spam-Status: No, score=-1\r\n", False),
        (b"Received: by relay\r\nReceived: by stranger\r\nX-Spam-Flag: YES\r\n", False),
        (b"Received: by relay\r\nSubject: x\r\n\r\nX-Spam-Flag: YES\r\n", False),
        (b"", False),
    ],
)
def test_only_the_relays_own_filter_calls_it_spam(headers: bytes, expected: bool) -> None:
    assert is_marked_spam(headers + b"\r\nHola\r\n") is expected
