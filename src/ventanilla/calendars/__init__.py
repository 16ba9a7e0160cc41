"""Business time: how much of it lies between two instants, and when a promise made now falls due.

Words: an *opening* (`Opening`) is what an office says of its hours; a *calendar* (`OpeningCalendar`) is the same,
compiled to answer quickly; a *basis* (`Basis`) says which hours a promise counts; a *business day* is a day with at
least one opening interval (Decreto 500/991 art. 113: the days on which public offices work).

Pure: no framework, no clock, no tables. `holidays` is asked for Uruguay's feasts, `zoneinfo` for its hours.
"""
