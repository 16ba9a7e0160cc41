"""The second level: what was sent on to a unit or to another body, and who answers the person."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from ventanilla.accounts.models import User
from ventanilla.cases.models import Case, Entry
from ventanilla.organisation.models import PublicBody, Unit
from ventanilla.organisation.scoping import Owned
from ventanilla.workforce.models import Agent, Team


class AnsweredBy(models.TextChoices):
    """Two pages of the Model differ: the centre sends the answer (domain.md 1.4, branch B), or whoever holds it replies
    to the person and closes (1.7)."""

    CENTRE = "centre", _("el centro de respuesta, con lo que diga la unidad")
    UNIT = "unit", _("la unidad que tiene la respuesta")


class SecondLevel(Owned):
    """How a body's second level works; a body without a row does as the default says."""

    answered_by = models.CharField(
        _("quién le responde a la persona"), max_length=10, choices=AnsweredBy, default=AnsweredBy.CENTRE
    )

    class Meta(Owned.Meta):
        verbose_name = _("segundo nivel")
        verbose_name_plural = _("segundo nivel")
        constraints = [models.UniqueConstraint(fields=["public_body"], name="second_level_once")]

    def __str__(self) -> str:
        return str(self.public_body)


class ReferralKind(models.TextChoices):
    UNIT = "unit", _("a una unidad")
    BODY = "body", _("a otro organismo")


class ReferralState(models.TextChoices):
    OPEN = "open", _("esperando respuesta")
    ANSWERED = "answered", _("respondida")
    WITHDRAWN = "withdrawn", _("retirada")


class Referral(Owned):
    """A case that waits for somebody of the second level. One at a time: whoever has it is said in one line.

    Source: domain.md 1.4 (branch B) and 1.7 (referral and escalation with trace).
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=ReferralKind)
    unit = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="+")
    team = models.ForeignKey(Team, null=True, on_delete=models.PROTECT, related_name="+")
    """The unit's, which sees the case from now on."""
    to_body = models.ForeignKey(PublicBody, null=True, on_delete=models.PROTECT, related_name="+")
    to_case = models.ForeignKey(Case, null=True, on_delete=models.PROTECT, related_name="+")
    """The case that the other body made of it. Neither body reads the other's."""
    question = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="+")
    """The note that asks."""
    state = models.CharField(max_length=10, choices=ReferralState, default=ReferralState.OPEN)
    who_answers = models.CharField(max_length=10, choices=AnsweredBy)
    """As the body's setting said when it was made: a later change moves nothing that is under way."""
    made_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    """Of its own clock, when it was made; None where the body promises nothing between its offices."""
    closed_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True)
    answer = models.ForeignKey(Entry, null=True, on_delete=models.PROTECT, related_name="+")
    """A note, or the message to the person."""
    from_team = models.ForeignKey(Team, null=True, on_delete=models.PROTECT, related_name="+")
    from_agent = models.ForeignKey(Agent, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta(Owned.Meta):
        verbose_name = _("derivación")
        verbose_name_plural = _("derivaciones")
        indexes = [
            models.Index(fields=["case", "-made_at"], name="referral_of_case"),
            models.Index(fields=["to_case"], condition=models.Q(to_case__isnull=False), name="referral_made_case"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["case"], condition=models.Q(state="open"), name="referral_open_once"),
            models.CheckConstraint(
                condition=models.Q(kind="unit", unit__isnull=False, team__isnull=False)
                | models.Q(kind="body", to_body__isnull=False, to_case__isnull=False),
                name="referral_has_an_aim",
            ),
        ]

    @property
    def aim_name(self) -> str:
        """Who has it. Have `unit` and `to_body` at hand."""
        return str(self.unit or self.to_body or "")

    @property
    def is_open(self) -> bool:
        return self.state == ReferralState.OPEN

    @property
    def is_for_the_unit_to_answer(self) -> bool:
        """The unit writes to the person itself."""
        return self.kind == ReferralKind.UNIT and self.who_answers == AnsweredBy.UNIT
