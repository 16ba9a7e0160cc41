"""Providers, teams, agents, and what they were trained for."""

from ventanilla.workforce.models.confidentiality import (
    DemandedOf,
    Signature,
    Statement,
)
from ventanilla.workforce.models.people import (
    Agent,
    PauseReason,
    Presence,
    Provider,
    ProviderSight,
    Team,
)
from ventanilla.workforce.models.training import (
    Certificate,
)

__all__ = [
    "Agent",
    "Certificate",
    "DemandedOf",
    "PauseReason",
    "Presence",
    "Provider",
    "ProviderSight",
    "Signature",
    "Statement",
    "Team",
]
