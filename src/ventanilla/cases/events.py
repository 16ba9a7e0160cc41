"""Facts that cases announces to the journal, and the events that a timeline shows under the same names."""

OPENED = "cases.opened"
CONTINUED = "cases.continued"
"""A person added something to a case."""
REPEATED = "cases.repeated"
"""The same message came again, to this or another of our accounts; nothing was added."""
REOPENED = "cases.reopened"
CLOSED = "cases.closed"
ANSWERED = "cases.answered"
"""A member of staff wrote to the person."""
NOTED = "cases.noted"
FORWARDED = "cases.forwarded"
CHANGED = "cases.changed"
WAITING = "cases.waiting"
RESUMED = "cases.resumed"
ASSIGNED = "cases.assigned"
MERGED = "cases.merged"
SPLIT = "cases.split"
LINKED = "cases.linked"
COMPLEXITY_ANNOUNCED = "cases.complexity_announced"
AMENDED = "cases.amended"

TIMELINE = frozenset(
    {REOPENED, CLOSED, CHANGED, WAITING, RESUMED, ASSIGNED, MERGED, SPLIT, LINKED, COMPLEXITY_ANNOUNCED, AMENDED}
)
"""Events that stand in the timeline as lines of their own."""
