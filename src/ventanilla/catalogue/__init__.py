"""Services of the body and the unit that owns each."""
