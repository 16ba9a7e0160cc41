"""Variables of canned replies."""

import pytest

from ventanilla.knowledge.rules import VARIABLES, fill, unknown_variables


@pytest.mark.parametrize("text", ["Hola {{nombre}}", "Hola {{ nombre }}"])
def test_a_variable_is_filled_however_it_is_spaced(text: str) -> None:
    assert fill(text, {"nombre": "Rosa"}) == "Hola Rosa"


def test_what_a_person_calls_herself_is_not_filled_again() -> None:
    assert fill("Hola {{nombre}}", {"nombre": "{{codigo}}", "codigo": "K7M4-X9PT"}) == "Hola {{codigo}}"


def test_one_without_a_value_stays_for_the_agent_to_see() -> None:
    assert fill("{{servicio}} {nombre} {{ otra cosa }}", {"servicio": ""}) == "{{servicio}} {nombre} {{ otra cosa }}"


def test_unknown_ones_are_told() -> None:
    assert unknown_variables("{{apellido}} {{nombre}} {{apellido}}") == ["apellido"]
    assert unknown_variables(" ".join(f"{{{{{name}}}}}" for name in VARIABLES)) == []
