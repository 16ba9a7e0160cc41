"""Facts that routing announces to the journal."""

ASSIGNED = "routing.assigned"
QUEUED = "routing.queued"
"""The case waits in a team's queue; details say why."""
TAKEN = "routing.taken"
HANDED_OVER = "routing.handed_over"
RETURNED = "routing.returned"
