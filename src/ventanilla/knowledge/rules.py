"""Fills the variables of a canned reply. Pure."""

import re
from collections.abc import Mapping

VARIABLES = {
    "nombre": "nombre de la persona, como dijo llamarse",
    "codigo": "código de seguimiento",
    "organismo": "nombre del organismo",
    "ejecutivo": "nombre de quien responde",
    "servicio": "servicio de la solicitud",
}
"""Name to what it stands for, shown to whoever writes a canned reply."""

_VARIABLE = re.compile(r"\{\{\s*(\w+)\s*\}\}")


def fill(text: str, values: Mapping[str, str]) -> str:
    """Replace `{{nombre}}` and its like; one without a value stays as it is, so that the agent sees it."""
    return _VARIABLE.sub(lambda match: values.get(match[1]) or match[0], text)


def unknown_variables(text: str) -> list[str]:
    return sorted({match[1] for match in _VARIABLE.finditer(text)} - VARIABLES.keys())
