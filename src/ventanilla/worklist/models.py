"""The row that lists read, and the text that search reads."""

from datetime import UTC, datetime

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models

from ventanilla.cases.models import Case
from ventanilla.organisation.scoping import Owned

IS_OPEN = models.Q(state__in=["open", "waiting_citizen"])
IS_CLOSED = models.Q(state="closed")
NEVER = datetime(9999, 12, 31, tzinfo=UTC)
"""`due_order` of a case in which no promise runs."""
PROMISED = {"kept": "promise_kept_at", "missed": "promise_missed_at"}
"""How a promise ended, and the column that says when."""
FILTERED = ("type", "channel", "service_id", "team_id", "agent_user_id")
"""What queues are filtered by. As last keys of each index they are compared inside it, without reading the rows that do
not match."""


def _open_by(name: str, *order: str) -> models.Index:
    """Open cases are few beside all that there are, and most pages show them: even a filter that matches none of them
    reads this index alone."""
    rest = ("state", *FILTERED, "is_paused", "has_failed_delivery", "next_warn_at", "is_unread", *PROMISED.values())
    return models.Index(fields=["public_body", *order, *rest], include=["also_team_ids"], condition=IS_OPEN, name=name)


def _closed_by(name: str, *first: str) -> models.Index:
    """The newest first of those with one `first`. Costs nothing when a message arrives: its case is open."""
    rest = [field for field in FILTERED if field not in first]
    return models.Index(
        fields=["public_body", *first, "-last_activity_at", "-case", *rest], condition=IS_CLOSED, name=name
    )


def _promised_by(name: str, column: str) -> models.Index:
    """Cases with a promise that ended so, the latest first. A case that just came in has none and costs nothing."""
    return models.Index(
        fields=["public_body", f"-{column}", "-case", *FILTERED, "state"],
        condition=models.Q(**{f"{column}__isnull": False}),
        name=name,
    )


class Row(Owned):
    """Everything a queue shows of a case, so that a page is one query. Ids of other rooms are plain numbers on
    purpose."""

    case = models.OneToOneField(Case, primary_key=True, on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=9)
    subject = models.CharField(max_length=300)
    excerpt = models.CharField(max_length=200, blank=True)
    """The beginning of the last message."""
    type = models.CharField(max_length=15)
    state = models.CharField(max_length=15)
    channel = models.CharField(max_length=30)
    """The one it came in by."""
    account_id = models.BigIntegerField(null=True)
    contact_id = models.BigIntegerField(null=True)
    contact_name = models.CharField(max_length=320, blank=True)
    service_id = models.BigIntegerField(null=True)
    team_id = models.BigIntegerField(null=True)
    also_team_ids = models.JSONField(default=list)
    agent_user_id = models.BigIntegerField(null=True)
    opened_at = models.DateTimeField()
    last_activity_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    first_response_due_at = models.DateTimeField(null=True)
    first_responded_at = models.DateTimeField(null=True)
    resolution_due_at = models.DateTimeField(null=True)
    next_due_at = models.DateTimeField(null=True)
    """The earliest running promise; None when none runs."""
    next_warn_at = models.DateTimeField(null=True)
    due_order = models.DateTimeField()
    """`next_due_at`, or the end of the year 9999 when no promise runs: one column orders the queue and pages
    through it."""
    promise_kept_at = models.DateTimeField(null=True)
    promise_missed_at = models.DateTimeField(null=True)
    """When a promise of the case last ended in time, and when one last ended late: what `sla.met` and `sla.missed`
    say in the journal."""
    is_paused = models.BooleanField(default=False)
    referred_team_id = models.BigIntegerField(null=True)
    """The team of the unit that has to answer the centre."""
    referred_to = models.CharField(max_length=200, blank=True, db_default="")
    """The unit or the body that it was sent on to; "" when nobody of the second level has it."""
    referral_due_at = models.DateTimeField(null=True)
    referral_warn_at = models.DateTimeField(null=True)
    is_unread = models.BooleanField(default=True)
    """The person said something that nobody has answered or opened yet."""
    has_failed_delivery = models.BooleanField(default=False)
    message_count = models.PositiveIntegerField(default=0)
    language = models.CharField(max_length=3, blank=True, db_default="")
    """The one that the person needs, when it is not ours."""
    is_preferential = models.BooleanField(db_default=False)

    class Meta(Owned.Meta):
        indexes = [
            _open_by("row_open_due", "due_order", "case", "last_activity_at"),
            _open_by("row_open_activity", "-last_activity_at", "-case", "due_order"),
            _closed_by("row_closed"),
            _closed_by("row_closed_type", "type"),
            _closed_by("row_closed_channel", "channel"),
            _closed_by("row_closed_service", "service_id"),
            _closed_by("row_closed_team", "team_id"),
            _closed_by("row_closed_agent", "agent_user_id"),
            _promised_by("row_promise_kept", "promise_kept_at"),
            _promised_by("row_promise_missed", "promise_missed_at"),
            models.Index(
                fields=["public_body", "due_order", "case"],
                include=["referred_team_id", "agent_user_id", "team_id", "service_id", "also_team_ids", "channel"],
                condition=IS_OPEN & ~models.Q(referred_to=""),
                name="row_referred",
            ),
            models.Index(
                fields=["public_body"],
                condition=IS_CLOSED & models.Q(has_failed_delivery=True),
                name="row_closed_failed",
            ),
        ]


class SearchText(Owned):
    """What search looks into: code, subject, contact and every text of the case."""

    case = models.OneToOneField(Case, primary_key=True, on_delete=models.PROTECT, related_name="+")
    vector = SearchVectorField()
    is_open = models.BooleanField(default=True)
    """As the row: what is open is searched in an index of its own, small beside the other."""

    class Meta(Owned.Meta):
        indexes = [
            GinIndex(fields=["vector"], condition=models.Q(is_open=True), name="search_open"),
            GinIndex(fields=["vector"], condition=models.Q(is_open=False), name="search_closed"),
        ]
