"""The journal's one table, partitioned by month; a trigger forbids update and delete (migration 0001)."""

from django.db import models


class Fact(models.Model):
    """Something that happened. Columns that indicators measure are typed; `details` takes ids, numbers and codes.

    Source: domain.md 1.4 (every attention is recorded), 1.7 (history of actions).
    """

    id = models.BigAutoField(primary_key=True)
    happened_at = models.DateTimeField()
    kind = models.CharField(max_length=60)
    """`room.fact`, in the past tense: `cases.opened`."""
    public_body_id = models.BigIntegerField(null=True)
    actor_kind = models.CharField(max_length=10)
    actor_id = models.BigIntegerField(null=True)
    case_id = models.BigIntegerField(null=True)
    channel = models.CharField(max_length=30, default="")
    case_type = models.CharField(max_length=20, default="")
    service_id = models.BigIntegerField(null=True)
    unit_id = models.BigIntegerField(null=True)
    team_id = models.BigIntegerField(null=True)
    agent_id = models.BigIntegerField(null=True)
    elapsed_seconds = models.BigIntegerField(null=True)
    """Clock time of what the fact measures."""
    business_seconds = models.BigIntegerField(null=True)
    """The same in the policy's business time."""
    is_within_target = models.BooleanField(null=True)
    details = models.JSONField(default=dict)

    class Meta:
        # Partitioned tables come from SQL; Django only reads and inserts.
        managed = False
        db_table = "journal_fact"


class Bookmark(models.Model):
    """How far a reader of the journal has come."""

    reader = models.CharField(primary_key=True, max_length=60)
    fact_id = models.BigIntegerField(default=0)
    """Every fact up to here was read."""
    horizon_id = models.BigIntegerField(default=0)
    """The newest fact at the last reading. The next one stops here: a transaction that took a lower number and
    committed later has ended by then."""
