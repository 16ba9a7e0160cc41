"""The row that lists read, and the text that search reads."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models

from ventanilla.cases.models import Case
from ventanilla.organisation.scoping import Owned

IS_OPEN = models.Q(state__in=["open", "waiting_citizen"])


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
    is_paused = models.BooleanField(default=False)
    is_unread = models.BooleanField(default=True)
    """The person said something that nobody has answered or opened yet."""
    has_failed_delivery = models.BooleanField(default=False)
    message_count = models.PositiveIntegerField(default=0)

    class Meta(Owned.Meta):
        indexes = [
            models.Index(fields=["public_body", "state", "-last_activity_at", "-case"], name="row_activity"),
            models.Index(fields=["public_body", "state", "due_order", "case"], name="row_due"),
            # What is open is a small part of what there is; most queues show nothing else.
            models.Index(fields=["public_body", "due_order", "case"], condition=IS_OPEN, name="row_open_due"),
            models.Index(
                fields=["public_body", "-last_activity_at", "-case"], condition=IS_OPEN, name="row_open_activity"
            ),
            models.Index(fields=["public_body", "-last_activity_at", "-case"], name="row_any_activity"),
            models.Index(fields=["public_body", "due_order", "case"], name="row_any_due"),
            models.Index(fields=["agent_user_id", "-last_activity_at"], name="row_agent"),
            models.Index(fields=["team_id", "-last_activity_at"], name="row_team"),
            models.Index(fields=["service_id", "-last_activity_at"], name="row_service"),
            models.Index(
                fields=["public_body"], condition=models.Q(has_failed_delivery=True), name="row_failed_delivery"
            ),
        ]


class SearchText(Owned):
    """What search looks into: code, subject, contact and every text of the case."""

    case = models.OneToOneField(Case, primary_key=True, on_delete=models.PROTECT, related_name="+")
    vector = SearchVectorField()
    last_activity_at = models.DateTimeField()

    class Meta(Owned.Meta):
        indexes = [GinIndex(fields=["vector"], name="search_vector")]
