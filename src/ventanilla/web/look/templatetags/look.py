"""Filters that the components need: moments, initials, addresses of icons."""

from datetime import date, datetime

from django import template
from django.forms import BoundField
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format

from ventanilla.web.look.words import CHANNEL_ICONS, CHANNEL_WORDS, DELIVERY_ICONS, DELIVERY_WORDS, LIGHT_WORDS

register = template.Library()

Moment = datetime | date | str | None


@register.filter
def iso(at: Moment) -> str:
    """ISO 8601 with offset, for the `datetime` attribute of `<time>`; texts pass unchanged."""
    if isinstance(at, datetime | date):
        return at.isoformat()
    return at or ""


@register.filter
def moment(at: Moment) -> str:
    """The moment in local time as the active language writes it short: "24/11/2026 13:40". Texts must be ISO 8601."""
    if isinstance(at, str):
        at = parse_datetime(at) or at
    if isinstance(at, datetime):
        at = timezone.localtime(at) if timezone.is_aware(at) else at
        return date_format(at, "SHORT_DATETIME_FORMAT")
    if isinstance(at, date):
        return date_format(at, "SHORT_DATE_FORMAT")
    return at or ""


@register.filter
def initials(name: str | None) -> str:
    """Two letters at most: the first of the first word and of the last; "?" when there is no name."""
    words = [word for word in (name or "").split() if word[0].isalnum()]
    letters = [words[0][0], words[-1][0]] if len(words) > 1 else [word[0] for word in words]
    return "".join(letters).upper() or "?"


@register.filter
def channel_word(name: str) -> str:
    """The channel's name for people."""
    return str(CHANNEL_WORDS.get(name, name))


@register.filter
def channel_icon(name: str) -> str:
    """The icon of a channel; a tray for one that we do not know."""
    return CHANNEL_ICONS.get(name, "inbox")


@register.filter
def light_word(state: str) -> str:
    """What a traffic light says."""
    return str(LIGHT_WORDS.get(state, state))


@register.filter
def delivery_word(state: str) -> str:
    """What became of something sent."""
    return str(DELIVERY_WORDS.get(state, state))


@register.filter
def delivery_icon(state: str) -> str:
    """The icon of a delivery state."""
    return DELIVERY_ICONS.get(state, "info")


@register.filter
def shown_value(field: BoundField) -> str:
    """What stands in an input: the field's value as its widget writes it, dates in the form it reads back."""
    value = field.field.widget.format_value(field.value())
    return "" if value is None else str(value)
