"""The only writer of policies and clocks.

Actions take batches and cost a constant number of queries each; they call one another's rooms never: flow refreshes the
queue's row from what they return.
"""

from ventanilla.sla.actions.announcing import CannotAnnounce, announce
from ventanilla.sla.actions.clocks import cancel, pause, restart, resume, retime, start, start_referral, stop
from ventanilla.sla.actions.policies import BadPolicy, change_policy, check_policy, create_policy
from ventanilla.sla.actions.watch import Recounted, breach_due, recount, warn_due

__all__ = [
    "BadPolicy",
    "CannotAnnounce",
    "Recounted",
    "announce",
    "breach_due",
    "cancel",
    "change_policy",
    "check_policy",
    "create_policy",
    "pause",
    "recount",
    "restart",
    "resume",
    "retime",
    "start",
    "start_referral",
    "stop",
    "warn_due",
]
