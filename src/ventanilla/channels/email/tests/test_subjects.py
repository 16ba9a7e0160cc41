"""Prefixes of replies and forwards, in the languages of the region and of its visitors."""

import pytest

from ventanilla.channels.email.subjects import is_forward, strip_prefixes


@pytest.mark.parametrize(
    "prefix",
    [
        *("RE: ", "Re:", "Rta: ", "RV: ", "Fwd: ", "FW: ", "WG: ", "TR: ", "ENC: ", "SV: ", "AW: ", "RES: ", "Re[2]: "),
        *("Re(3): ", "RE : ", "RV: Fwd: RE: ", "[EXTERNAL] Re: ", "RE: [EXTERNAL] RE: "),
    ],
)
def test_prefixes_go_however_many(prefix: str) -> None:
    assert strip_prefixes(f"{prefix}Consulta por la libreta") == "Consulta por la libreta"


@pytest.mark.parametrize(
    "subject", ["Reclamo: luz", "Ref: expediente 12", "Tránsito: multa", "[K7M4-X9PT] Consulta", "", "PD: algo"]
)
def test_other_subjects_stay(subject: str) -> None:
    assert strip_prefixes(subject) == subject


@pytest.mark.parametrize(
    ("subject", "expected"),
    [("RV: x", True), ("Fwd: RE: x", True), ("RE: RV: x", False), ("x", False), ("[EXTERNAL] WG: x", True)],
)
def test_the_outermost_prefix_says_whether_it_is_passed_on(subject: str, expected: bool) -> None:
    assert is_forward(subject) is expected
