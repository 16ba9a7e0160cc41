"""What the page of a case shows of the second level: who has it, since when, and what was answered."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.http import HttpRequest

from ventanilla.accounts.sight import has_team
from ventanilla.cases import queries as cases
from ventanilla.kit import clock
from ventanilla.routing import queries as routing
from ventanilla.web.lights import Light, light_of_referral
from ventanilla.web.matters import standing_of

if TYPE_CHECKING:
    from ventanilla.cases.models import Case
    from ventanilla.flow.sight import Standing
    from ventanilla.routing.models import Referral
    from ventanilla.worklist.models import Row


@dataclass(frozen=True, slots=True)
class Strip:
    """The line under the title while somebody of the second level has the case, or when she has just answered."""

    referral: "Referral"
    light: Light
    is_mine_to_answer: bool
    """Whoever looks is of the unit that was asked."""

    @property
    def leaves_the_person_to_the_centre(self) -> bool:
        """She was asked, and the centre tells the person: a message of her own would be a slip."""
        asks = self.referral.is_open and self.is_mine_to_answer
        return asks and not self.referral.is_for_the_unit_to_answer

    @property
    def can_be_used(self) -> bool:
        """The unit's words are a note of the case, to be told to the person by its agent."""
        answer = self.referral.answer
        return answer is not None and answer.kind == "note"


@dataclass(frozen=True, slots=True)
class Passed:
    """One referral in the trace of the third pane."""

    referral: "Referral"
    light: Light


def strip_of(request: HttpRequest, case: "Case", row: "Row | None") -> Strip | None:
    """The open referral, or the last answer while nobody has written to the person since.

    Two queries at most; none for a case that no unit was ever asked about, as nearly all are.
    """
    if row is None or case.state == "closed" or not (row.referred_to or row.also_team_ids):
        return None
    referral = routing.latest_referral(case.pk)
    if referral is None or referral.state == "withdrawn":
        return None
    if not referral.is_open and _was_used(referral, row):
        return None
    return Strip(referral, light(referral, row), is_asked(standing_of(request), referral))


def _was_used(referral: "Referral", row: "Row") -> bool:
    """Somebody wrote to the person after it, or it was no text to use and has been seen: it stays in the trace."""
    answer = referral.answer
    if answer is None or answer.kind != "note":
        return not row.is_unread
    return cases.was_answered_after(answer)


def is_asked(who: "Standing", referral: "Referral") -> bool:
    """Whether she is of the unit that has to answer, by her team or by her role's unit."""
    if referral.team_id is None:
        return False
    body_id = referral.public_body_id
    return referral.team_id in who.team_ids or (
        not who.sight.is_whole(body_id) and has_team(who.sight, body_id, referral.team_id)
    )


def light(referral: "Referral", row: "Row | None") -> Light:
    """Of the open one, as the row has it: a recount of the calendar moves it."""
    return light_of_referral(row, clock.now()) if referral.is_open and row is not None else Light("none")


def trace_of(case: "Case", row: "Row | None") -> list[Passed]:
    """Every referral of the case, the newest first. One query."""
    return [Passed(one, light(one, row)) for one in routing.referrals_of(case.pk)]
