"""Who attends a case."""

from ventanilla.routing.models.assigning import (
    AlsoSeenBy,
    Assignment,
    Turn,
)
from ventanilla.routing.models.referrals import (
    AnsweredBy,
    Referral,
    ReferralKind,
    ReferralState,
    SecondLevel,
)

__all__ = [
    "AlsoSeenBy",
    "AnsweredBy",
    "Assignment",
    "Referral",
    "ReferralKind",
    "ReferralState",
    "SecondLevel",
    "Turn",
]
