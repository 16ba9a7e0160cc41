"""What may stand in a fact: numbers, ids, codes of closed lists. Pure."""

import re
from collections.abc import Mapping

CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:+-]{0,59}\Z")
"""A slug, an enumeration's value, a tracking code, an ISO instant: never a sentence, a name or an address."""


class PersonalDataInJournal(ValueError):
    """A detail that could say something about a person in clear."""


def refuse_personal_data(details: Mapping[str, object]) -> None:
    """Raise PersonalDataInJournal unless every value is a number, a boolean, None, a code, or a list of such."""
    for name, value in details.items():
        values = value if isinstance(value, list | tuple) else [value]
        for one in values:
            if one is None or isinstance(one, bool | int | float):
                continue
            if isinstance(one, str) and (one == "" or CODE.match(one)):
                continue
            raise PersonalDataInJournal(f"detail {name!r} is neither a number nor a code")
