"""Values that several resources take, with their limits."""

from typing import Annotated

from ninja import P, PathEx
from pydantic import AfterValidator, Field, StringConstraints

TEXT_MAX_CHARACTERS = 100_000
"""Far beyond any letter; the longest answer of a person fits many times."""

SHORT_TEXT_MAX_CHARACTERS = 2_000


def _not_blank(text: str) -> str:
    # pydantic reports it as `value_error`; the message is for whoever writes the program.
    if not text.strip():
        raise ValueError("")
    return text


Text = Annotated[
    str,
    Field(max_length=TEXT_MAX_CHARACTERS, min_length=1, description="No puede estar en blanco."),
    AfterValidator(_not_blank),
]
OptionalText = Annotated[str, StringConstraints(max_length=TEXT_MAX_CHARACTERS)]
ShortText = Annotated[str, StringConstraints(max_length=SHORT_TEXT_MAX_CHARACTERS)]

RowId = PathEx[int, P(ge=1, le=2**63 - 1)]
"""An id in an address; up to the largest that the database holds."""
