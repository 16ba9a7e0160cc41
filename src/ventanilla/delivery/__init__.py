"""The outbox: what we say to people, stored with the transaction that decided it, sent afterwards, retried, receipted.

The end states are `delivered` (or `sent`, where no receipt ever comes), `bounced`, and `failed`: given up, on a list
that agents see.
"""
