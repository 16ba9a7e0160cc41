"""Facts that intake announces to the journal."""

QUARANTINED = "intake.quarantined"
RETRIED = "intake.retried"
DISCARDED = "intake.discarded"
