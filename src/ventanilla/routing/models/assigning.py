"""Assignments."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from ventanilla.cases.models import Case
from ventanilla.organisation.scoping import Owned
from ventanilla.workforce.models import Agent, Team


class Assignment(Owned):
    """The team and the agent of a case; no agent means that it waits in the team's queue."""

    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="+")
    team = models.ForeignKey(Team, null=True, on_delete=models.PROTECT, related_name="+")
    agent = models.ForeignKey(Agent, null=True, on_delete=models.PROTECT, related_name="+")
    assigned_at = models.DateTimeField(null=True)
    queued_at = models.DateTimeField(null=True)
    """Since when it waits in the queue, when nobody has it."""
    is_open = models.BooleanField(default=True)
    """Follows the case: a closed case weighs on nobody."""
    channel = models.CharField(max_length=30, blank=True, db_default="")
    """The one that its agent must be trained for: that of the case, or the one the person changed to. "" is that of the
    case."""
    weight = models.PositiveSmallIntegerField(db_default=1)
    """What it weighs on its agent, by the body's setting when it was given."""
    explanation = models.JSONField(default=dict)
    """Why: ids and numbers only, as routing.actions.assigning writes them and queries.explaining reads them."""

    class Meta(Owned.Meta):
        verbose_name = _("asignación")
        indexes = [
            models.Index(
                fields=["agent"], include=["weight"], condition=models.Q(is_open=True), name="assignment_weight"
            )
        ]


class AlsoSeenBy(models.Model):
    """Another team that received the same message in its own mailbox (lessons.md 5)."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "team"], name="also_seen_once")]


class Turn(models.Model):
    """When an agent was last given a case; among equally loaded agents the one who waited longest comes first. Whoever
    gives work holds this row, so that two never give the same room."""

    agent = models.OneToOneField(Agent, primary_key=True, on_delete=models.PROTECT, related_name="+")
    last_assigned_at = models.DateTimeField()
    load = models.IntegerField(db_default=0)
    """What her open cases weigh. Kept by a trigger on assignments, whoever writes them: to sum it up for 500 agents at
    each assignment would cost more than all the rest."""
