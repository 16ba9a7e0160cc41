"""Dates of mail headers, however they are written."""

import re
from datetime import UTC, datetime, timedelta, timezone

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan ene january enero janeiro",
            "feb fev february febrero fevereiro",
            "mar march marzo março",
            "apr abr april abril",
            "may mai mayo maio",
            "jun june junio junho",
            "jul july julio julho",
            "aug ago august agosto",
            "sep sept set september septiembre setiembre setembro",
            "oct out october octubre outubro",
            "nov november noviembre novembro",
            "dec dic dez december diciembre dezembro",
        ),
        start=1,
    )
    for name in names.split()
}
_ZONES = {
    "ut": 0, "utc": 0, "gmt": 0, "z": 0, "est": -300, "edt": -240, "cst": -360, "cdt": -300, "mst": -420, "mdt": -360,
    "pst": -480, "pdt": -420, "art": -180, "brt": -180, "uyt": -180, "clt": -240, "cet": 60, "cest": 120, "bst": 60,
    "west": 60, "wet": 0,
}  # fmt: skip
"""Minutes east of Greenwich; a name that means several zones has the one of Internet mail (RFC 5322)."""
_WRITTEN = re.compile(
    r"(?:\w{2,10}\.?,?\s+)?(\d{1,2})[\s-]+(?:de\s+)?([^\W\d_]{3,10})\.?[\s,-]+(?:de\s+)?(\d{2,4})[,\s]+(\d{1,2})[:.](\d{1,2})(?:[:.](\d{1,2}))?(?:[.,]\d+)?"
    r"\s*(am|pm)?\s*([+-]\d{1,2}:?\d{2}|[A-Za-z]{1,5})?",
    re.IGNORECASE,
)
_UNIX = re.compile(
    r"(?:\w{3},?\s+)?([^\W\d_]{3,10})\s+(\d{1,2}),?\s+(?:(\d{4}),?\s+)?(\d{1,2}):(\d{2})(?::(\d{2}))?(?:\s*(am|pm))?"
    r"(?:\s+([+-]\d{4}|[A-Z]{1,5}))?(?:\s+(\d{4}))?(?:\s+([+-]\d{4}))?",
    re.IGNORECASE,
)
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})[T ](\d{2}):(\d{2})(?::(\d{2}))?(?:\.\d+)?\s*([+-]\d{2}:?\d{2}|Z)?")


def _zone(text: str | None) -> timezone:
    if not text:
        return UTC
    if text[0] in "+-":
        digits = text[1:].replace(":", "").rjust(4, "0")
        minutes = int(digits[:-2]) * 60 + int(digits[-2:])
        if minutes >= 24 * 60:
            return UTC
        return timezone(timedelta(minutes=-minutes if text[0] == "-" else minutes)) if minutes else UTC
    minutes = _ZONES.get(text.lower(), 0)
    return timezone(timedelta(minutes=minutes)) if minutes else UTC


def _year(text: str) -> int:
    year = int(text)
    if year < 50:
        return year + 2000
    return year + 1900 if year < 200 else year


def _hour(text: str, half: str | None) -> int:
    hour = int(text)
    if half and hour <= 12:
        return hour % 12 + (12 if half.lower() == "pm" else 0)
    return hour


def parse(text: str) -> datetime | None:
    """The instant a header names, timezone-aware (UTC when it names no zone); None when it cannot be read."""
    text = text[:200]
    try:
        if match := _WRITTEN.search(text):
            month = _MONTHS.get(match[2].lower(), 0) or _MONTHS.get(match[2][:3].lower(), 0)
            hour = _hour(match[4], match[7])
            second = min(int(match[6] or 0), 59)
            return datetime(_year(match[3]), month, int(match[1]), hour, int(match[5]), second, tzinfo=_zone(match[8]))
        if match := _ISO.search(text):
            zone = _zone(None if match[7] == "Z" else match[7])
            return datetime(
                int(match[1]),
                int(match[2]),
                int(match[3]),
                int(match[4]),
                int(match[5]),
                int(match[6] or 0),
                tzinfo=zone,
            )
        if match := _UNIX.search(text):
            year = match[3] or match[9]
            month = _MONTHS.get(match[1][:3].lower(), 0)
            if year and month:
                zone = _zone(match[10] or match[8])
                return datetime(
                    int(year),
                    month,
                    int(match[2]),
                    _hour(match[4], match[7]),
                    int(match[5]),
                    int(match[6] or 0),
                    tzinfo=zone,
                )
    except (ValueError, OverflowError):
        return None
    return None


def sent_at(text: str, received_at: datetime) -> datetime:
    """When the message says it was sent, never later than it arrived; its arrival when it says nothing credible."""
    said = parse(text)
    if said is None or said.year < 1990 or said > received_at:
        return received_at
    return said
