"""Facts that contacts announces to the journal."""

MERGED = "contacts.merged"
UNMERGED = "contacts.unmerged"
PROVEN = "contacts.proven"
"""Somebody opened a link that was mailed to an address of hers."""
