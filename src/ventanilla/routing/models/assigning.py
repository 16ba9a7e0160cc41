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
    is_open = models.BooleanField(default=True)
    """Follows the case: a closed case weighs on nobody."""
    explanation = models.JSONField(default=dict)
    """Why: {rule, candidates, loads}; ids and numbers only."""

    class Meta(Owned.Meta):
        verbose_name = _("asignación")
        indexes = [models.Index(fields=["agent"], condition=models.Q(is_open=True), name="assignment_load")]


class AlsoSeenBy(models.Model):
    """Another team that received the same message in its own mailbox (lessons.md 5)."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "team"], name="also_seen_once")]


class Turn(models.Model):
    """When an agent was last given a case; among equally loaded agents the one who waited longest comes first."""

    agent = models.OneToOneField(Agent, primary_key=True, on_delete=models.PROTECT, related_name="+")
    last_assigned_at = models.DateTimeField()
