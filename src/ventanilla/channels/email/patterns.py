"""Long alternations, written one a line so that people can read and extend them."""


def alternatives(lines: str) -> str:
    """A non-capturing group of the regular expressions that stand one a line."""
    return "(?:" + "|".join(line.strip() for line in lines.split("\n") if line.strip()) + ")"
