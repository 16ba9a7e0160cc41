"""Facts that accounts announces to the journal; each names the user by id."""

ROLE_GIVEN = "accounts.role_given"
ROLE_TAKEN = "accounts.role_taken"
TOKEN_ISSUED = "accounts.token_issued"  # noqa: S105 # a fact's name
TOKENS_REVOKED = "accounts.tokens_revoked"
SIGNED_IN = "accounts.signed_in"
SIGNED_OUT = "accounts.signed_out"
SIGN_IN_FAILED = "accounts.sign_in_failed"
LOCKED_OUT = "accounts.locked_out"
UNLOCKED = "accounts.unlocked"
DEVICE_SEEN = "accounts.device_seen"
SESSIONS_ENDED = "accounts.sessions_ended"
PASSWORD_CHANGED = "accounts.password_changed"  # noqa: S105 # a fact's name
SECOND_FACTOR_CHANGED = "accounts.second_factor_changed"
SECOND_FACTOR_RESET = "accounts.second_factor_reset"
