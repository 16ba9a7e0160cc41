"""Who may attend what. Pure."""

from datetime import date


def is_valid_on(valid_from_on: date, valid_until_on: date | None, on: date) -> bool:
    """Whether a certificate counts on that day; its last day counts."""
    return valid_from_on <= on and (valid_until_on is None or on <= valid_until_on)
