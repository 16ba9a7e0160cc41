"""What the demo's people have been told."""

from ventanilla.accounts import queries as accounts
from ventanilla.demo.body import DemoBody
from ventanilla.notices import actions
from ventanilla.notices.actions import NewNotice
from ventanilla.worklist import queries as worklist

OF_AGENT = ("assigned", "person_answered", "due_soon", "overdue", "assigned", "undelivered")
OF_SUPERVISOR = ("team_overdue", "team_overdue", "set_aside", "cover", "referral_answered")


def tell(made: DemoBody) -> None:
    """A few for the first agent and the supervisor; all but the last two are read."""
    body_id = made.body.pk
    for username, kinds in (("agente", OF_AGENT), ("supervisora", OF_SUPERVISOR)):
        user = accounts.by_username(username)
        if user is None:
            continue
        whose = user.pk if username == "agente" else None
        rows = worklist.page(worklist.Filters(is_open=True, agent_user_id=whose), limit=len(kinds)).rows
        cases = [row.case_id for row in rows]
        actions.write(
            NewNotice(
                user.pk,
                body_id,
                kind,
                f"demo:{number}",
                case_id=None if kind in ("set_aside", "cover") else cases[number % len(cases)] if cases else None,
                facts={"fact": "workforce.contract_ending", "days": 7} if kind == "cover" else {},
            )
            for number, kind in enumerate(kinds)
        )
