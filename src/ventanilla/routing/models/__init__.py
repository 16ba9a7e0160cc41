"""Who attends a case."""

from ventanilla.routing.models.assigning import (
    AlsoSeenBy,
    Assignment,
    Turn,
)

__all__ = [
    "AlsoSeenBy",
    "Assignment",
    "Turn",
]
