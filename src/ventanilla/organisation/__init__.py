"""Public bodies, their units, offices and opening calendars.

Everything owned hangs from a PublicBody; `scoping` makes a query that forgets its bodies raise.
"""
