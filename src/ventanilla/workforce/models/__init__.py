"""Providers, teams, agents, and what they were trained for."""

from ventanilla.workforce.models.people import (
    Agent,
    Presence,
    Provider,
    Team,
)
from ventanilla.workforce.models.training import (
    Certificate,
)

__all__ = [
    "Agent",
    "Certificate",
    "Presence",
    "Provider",
    "Team",
]
