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
    CertificateSource,
    Course,
    CourseRun,
    Exemption,
)

__all__ = [
    "Agent",
    "Certificate",
    "CertificateSource",
    "Course",
    "CourseRun",
    "DemandedOf",
    "Exemption",
    "PauseReason",
    "Presence",
    "Provider",
    "ProviderSight",
    "Signature",
    "Statement",
    "Team",
]
