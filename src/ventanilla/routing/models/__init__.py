"""Who attends a case."""

from ventanilla.routing.models.assigning import (
    AlsoSeenBy,
    Assignment,
    Turn,
)
from ventanilla.routing.models.needs import (
    Language,
    Needs,
    PreferentialReason,
)
from ventanilla.routing.models.referrals import (
    AnsweredBy,
    Referral,
    ReferralKind,
    ReferralState,
    SecondLevel,
)
from ventanilla.routing.models.settings import (
    BodyRouting,
    OnlyIf,
    OverflowRule,
)

__all__ = [
    "AlsoSeenBy",
    "AnsweredBy",
    "Assignment",
    "BodyRouting",
    "Language",
    "Needs",
    "OnlyIf",
    "OverflowRule",
    "PreferentialReason",
    "Referral",
    "ReferralKind",
    "ReferralState",
    "SecondLevel",
    "Turn",
]
