"""What the bar at the top of each page of the desk shows beside what look draws for all staff."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from ventanilla.accounts.rules import Right
from ventanilla.web.desk.access import standing_of
from ventanilla.workforce import queries as workforce

LIVE_URL = "/mostrador/vivo/"


def frame(request: HttpRequest, current: str = "queue") -> dict[str, Any]:
    """Presence, live address and the desk's own doors; `current` names the one that is open. No query beside those of
    the request."""
    return {
        "section": "desk",
        "live_url": LIVE_URL,
        "agent": standing_of(request).agent,
        "presences": workforce.PRESENCES,
        **doors_of(request, current),
    }


def doors_of(request: HttpRequest, current: str = "queue") -> dict[str, Any]:
    """The desk's own doors that are open to this person. No query beside those of the request."""
    rights = standing_of(request).rights_anywhere
    doors = [{"name": "queue", "label": _("Cola"), "href": reverse("desk:queue"), "icon": "inbox", "shortcut": "g q"}]
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
