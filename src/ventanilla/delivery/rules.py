"""When to try again, when to give up, and what a mark that comes back changes. Pure."""

from datetime import timedelta

from ventanilla.messages.contract import ReceiptKind

PAUSES = tuple(
    timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 4 * 60, 6 * 60, 8 * 60, 12 * 60, 16 * 60, 24 * 60)
)
"""After the first attempt, the second…; 71 hours and 21 minutes in all, as patient as mail servers are."""

JITTER = 0.2
"""Share of a pause by which it may be longer or shorter, so that what failed together does not return together."""

ADDRESS_MATCH_WINDOW = timedelta(days=7)
"""How far back a bounce that names an address alone is believed to speak of our message to it."""

QUEUED, SENT, DELIVERED, FAILED, BOUNCED = "queued", "sent", "delivered", "failed", "bounced"


def next_attempt(attempts: int, chance: float) -> timedelta | None:
    """The pause after so many attempts, or None: give up. `chance` from 0 to 1 is the caller's die."""
    if not 1 <= attempts <= len(PAUSES):
        return None
    return PAUSES[attempts - 1] * (1 + JITTER * (2 * chance - 1))


def after_receipt(state: str, kind: ReceiptKind, *, is_permanent: bool) -> str:
    """The message's state once that mark has come. A bounce outweighs a delivery; nothing undoes a bounce or a failure.

    A failed message may bounce still: the provider had taken it and we did not hear so.
    """
    if kind is ReceiptKind.BOUNCED:
        return BOUNCED if is_permanent else state
    if state in (FAILED, BOUNCED):
        return state
    if kind is ReceiptKind.SENT:
        return SENT if state == QUEUED else state
    return DELIVERED


def api_state(state: str) -> str:
    """The word of interface.md section 6."""
    return state if state in (SENT, DELIVERED, FAILED, BOUNCED) else QUEUED


def external_id(token: str, account_address: str, nonce: str) -> str:
    """Our own id of a message, before any attempt; for mail it is the Message-ID without brackets.

    The signed reference stands in its local part: programs that drop headers keep In-Reply-To.
    """
    domain = account_address.lower().partition("@")[2] or "ventanilla"
    if not domain.isascii():
        domain = domain.encode("idna").decode("ascii")
    return f"{token}.{nonce}@{domain}" if token else f"{nonce}@{domain}"
