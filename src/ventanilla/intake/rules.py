"""Pure decisions of intake."""

MAX_ATTEMPTS = 6
"""After so many failures of our own, a delivery goes to quarantine, where a person sees it."""


def retry_delay_seconds(attempts: int) -> int:
    """Pause before the next attempt: 10 s, 40 s, 160 s, … about an hour in all."""
    return int(10 * 4 ** max(attempts - 1, 0))


def normalised_account_address(address: str) -> list[str]:
    """The account addresses that a recipient may mean, best first: itself, then without its `+tag`."""
    address = address.strip().strip("<>").lower()
    local, at, domain = address.rpartition("@")
    if not at:
        return [address]
    base = local.split("+", 1)[0]
    return [address] if base == local else [address, f"{base}@{domain}"]
