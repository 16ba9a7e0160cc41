"""Facts that notices announces to the journal."""

PREFERENCES_CHANGED = "notices.preferences_changed"
"""A person set which notices she gets, and when."""
DIGEST_SENT = "notices.digest_sent"
"""How many notices were gathered into the mail."""
