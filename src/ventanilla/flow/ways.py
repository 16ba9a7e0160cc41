"""By which account a person is answered: the way she came in, unless what she left is an address of another kind."""

from functools import cached_property

from ventanilla.intake import queries as intake
from ventanilla.intake.models import ChannelAccount
from ventanilla.messages.contract import Address

MAILED = "email"
"""The kind of address that only an e-mail account can write to, whatever the channel it was left in."""
PAGE = "portal"
"""The kind of address of whoever reads her answers on her own page alone."""
IDENTITIES = frozenset({"gubuy"})
"""Kinds that say who somebody is, and where nothing can be written to."""


class Ways:
    """The accounts in sight, asked for once, and only when an address needs another than the message came in by."""

    @cached_property
    def _mailboxes(self) -> list[ChannelAccount]:
        return intake.accounts(MAILED)

    def account_for(self, recipient: Address, came_in: ChannelAccount) -> ChannelAccount | None:
        """The account that can write to this address; None when the body has none."""
        if (recipient.kind == MAILED) == (came_in.channel == MAILED):
            return came_in
        if recipient.kind != MAILED:
            return None
        ours = [account for account in self._mailboxes if account.public_body_id == came_in.public_body_id]
        return ours[0] if ours else None
