"""What the bar at the top of each page of the desk shows beside what look draws for all staff."""

from datetime import timedelta
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from ventanilla.accounts.rules import Right
from ventanilla.web.matters import standing_of
from ventanilla.workforce import queries as workforce
from ventanilla.workforce.presence_rules import AWAY_AFTER

LIVE_URL = "/mostrador/vivo/"


def frame(request: HttpRequest, current: str = "queue") -> dict[str, Any]:
    """Presence, live address and the desk's own doors; `current` names the one that is open. No query beside those of
    the request."""
    return {
        "section": "desk",
        "live_url": LIVE_URL,
        **presence_of(request),
        **doors_of(request, current),
    }


def presence_of(request: HttpRequest) -> dict[str, Any]:
    """What the presence control needs. No query beside those of the request."""
    return {
        "agent": standing_of(request).agent,
        "pause_reasons": workforce.PAUSE_REASONS,
        "away_after_minutes": AWAY_AFTER // timedelta(minutes=1),
        "volver": request.get_full_path(),
    }


def doors_of(request: HttpRequest, current: str = "queue") -> dict[str, Any]:
    """The desk's own doors that are open to this person. No query beside those of the request."""
    rights = standing_of(request).rights_anywhere
    doors = [{"name": "queue", "label": _("Cola"), "href": reverse("desk:queue"), "icon": "inbox", "shortcut": "g q"}]
    if Right.SEE_CASES in rights:
        doors.append(
            {
                "name": "incidents",
                "label": _("Incidentes"),
                "href": reverse("desk:incidents"),
                "icon": "flag",
                "shortcut": "g i",
            }
        )
    if Right.HANDLE_QUARANTINE in rights:
        doors += [
            {
                "name": "quarantine",
                "label": _("En revisión técnica"),
                "href": reverse("desk:quarantine"),
                "icon": "shield",
                "shortcut": "g r",
            },
            {
                "name": "doubtful",
                "label": _("Dudosas"),
                "href": reverse("desk:doubtful"),
                "icon": "filter",
                "shortcut": "g d",
            },
            {
                "name": "failed",
                "label": _("No enviados"),
                "href": reverse("desk:failed"),
                "icon": "alert",
                "shortcut": "g n",
            },
        ]
    return {
        "doors": [door | {"is_current": door["name"] == current} for door in doors],
        "may_answer_somewhere": Right.ANSWER in rights,
    }
