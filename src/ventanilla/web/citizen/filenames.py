"""Names of files as a person gave them, fit to be shown. Pure."""

import unicodedata

NAME_MAX_CHARACTERS = 150


def fitting_name(name: str) -> str:
    """The last part of a path, without what cannot be seen or turns the writing round; shortened before its ending.

    "" when nothing is left: then the file's type will not be known either, and nobody takes it.
    """
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    seen = " ".join("".join(one for one in last if unicodedata.category(one)[0] != "C" or one == "\t").split())
    if len(seen) <= NAME_MAX_CHARACTERS:
        return seen
    stem, dot, ending = seen.rpartition(".")
    if not dot or len(ending) > 10:
        return seen[:NAME_MAX_CHARACTERS]
    return f"{stem[: NAME_MAX_CHARACTERS - len(ending) - 2]}….{ending}"
