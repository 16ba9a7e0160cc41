"""Only whoever was trained for a channel is given its work, by whatever way it comes (seed: agents trained for each
modality)."""

from collections.abc import Collection, Mapping

from django.utils.translation import gettext as _

from ventanilla.flow.errors import Refused
from ventanilla.routing import actions as routing
from ventanilla.routing import queries as assignments
from ventanilla.routing.models import Assignment
from ventanilla.workforce import queries as workforce
from ventanilla.workforce.models import Agent
from ventanilla.worklist import queries as rows


def channel_of(case_id: int) -> str:
    """The one that whoever attends the case must be trained for: what the person changed to, or came in by."""
    found = assignments.assignment_of(case_id)
    if found is not None and found.channel:
        return found.channel
    row = rows.row(case_id)
    return row.channel if row is not None else ""


def refuse_untrained(agent: Agent, channel: str, *, is_herself: bool = False) -> None:
    """Raises Refused when the agent has neither a certificate in force for the channel nor an exception."""
    if not channel or channel in workforce.certified([agent.pk], workforce.today()).get(agent.pk, ()):
        return
    if is_herself:
        raise Refused(_("No tenés certificado vigente para este canal: pedile una excepción a quien supervisa."))
    raise Refused(
        _("Esa persona no tiene certificado vigente para este canal: quien supervisa puede darle una excepción.")
    )


def to_give_again(
    spoken: Mapping[int, tuple[str, int | None]], reopened: Collection[int]
) -> list[routing.CaseToAssign]:
    """Of cases that a person went on with by a channel and account: those that were closed, and those whose agent was
    not trained for that channel. Give them in the same transaction.

    A reopened case goes back to whoever had it, if she is there, trained and has room; else to another.
    """
    now = assignments.assignments(spoken.keys())
    having = {one.agent_id for one in now.values() if one.agent_id is not None}
    certified = workforce.certified(having, workforce.today()) if having else {}
    moved = [
        case_id
        for case_id, one in now.items()
        if case_id in reopened
        or (one.is_open and one.agent_id is not None and spoken[case_id][0] not in certified.get(one.agent_id, ()))
    ]
    if not moved:
        return []
    lines, languages = rows.rows(moved), assignments.languages_of(moved)
    attending = workforce.teams_by_account({account for _channel, account in spoken.values() if account is not None})
    return [
        routing.CaseToAssign(
            case_id,
            now[case_id].public_body_id,
            channel,
            account_id,
            team_id=_team(now[case_id], attending.get(account_id or 0, []), is_reopened=case_id in reopened),
            service_id=lines[case_id].service_id if case_id in lines else None,
            language=languages.get(case_id, ""),
            goes_back_to=now[case_id].agent_id if case_id in reopened else None,
        )
        for case_id in moved
        for channel, account_id in [spoken[case_id]]
    ]


def _team(now: Assignment, attending: Collection[int], *, is_reopened: bool) -> int | None:
    """Its own team, unless that one does not attend the account that the person changed to."""
    return now.team_id if is_reopened or now.team_id in attending or not attending else None


def reopen(case_id: int) -> None:
    """It was closed; its agent's again, or another's."""
    routing.set_open([case_id], is_open=True)
    row = rows.row(case_id)
    if row is not None:
        routing.assign(to_give_again({case_id: (channel_of(case_id), row.account_id)}, {case_id}))
