"""Facts that contacts announces to the journal."""

MERGED = "contacts.merged"
UNMERGED = "contacts.unmerged"
