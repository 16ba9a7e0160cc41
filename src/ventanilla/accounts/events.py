"""Facts that accounts announces to the journal; each names the user by id."""

ROLE_GIVEN = "accounts.role_given"
ROLE_TAKEN = "accounts.role_taken"
TOKEN_ISSUED = "accounts.token_issued"  # noqa: S105 # a fact's name
TOKENS_REVOKED = "accounts.tokens_revoked"
