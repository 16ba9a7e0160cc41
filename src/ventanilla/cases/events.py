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
READ = "cases.read"
"""A member of staff opened the case, or a file of it; `details` say by which door, and whether it was her work."""
SEARCHED = "cases.searched"
"""A member of staff searched by a text; the text is nowhere."""
KEYS_CHANGED = "cases.keys_changed"
"""The person asked for new keys: those that were given before open nothing any more."""
SEEN_BY_PERSON = "cases.seen_by_person"
"""The person opened her own page of the case."""
ADDRESS_PROVEN = "cases.address_proven"
"""Whoever takes part showed that the address is hers."""
REFERRED = "cases.referred"
"""The second level has to answer: a unit or another body; `routing.referred` measures it."""
REFERRAL_ANSWERED = "cases.referral_answered"
REFERRAL_WITHDRAWN = "cases.referral_withdrawn"
RECEIVED_FROM_BODY = "cases.received_from_body"
"""Another body of the installation sent it on; facts say which, and the code it has there."""
NOT_OURS = "cases.not_ours"
"""The person was told which body it belongs to: `other_body_id` of organisation's directory."""
CLARIFICATION_ASKED = "cases.clarification_asked"
"""The person was asked back, with so many questions; the clocks wait for her."""
INCIDENT_OPENED = "cases.incident_opened"
"""One thing happened and many people write about it; `incident_id` names it."""
INCIDENT_CHANGED = "cases.incident_changed"
INCIDENT_LINKED = "cases.incident_linked"
"""The case is about the incident."""
INCIDENT_UNLINKED = "cases.incident_unlinked"
INCIDENT_ANSWERED = "cases.incident_answered"
"""Everybody was answered at once, each in her own channel: how many were, and how many could not be."""
INCIDENT_CLOSED = "cases.incident_closed"
INCIDENT_REOPENED = "cases.incident_reopened"
BATCH_BEGUN = "cases.batch_begun"
"""Somebody asked for one thing to be done to many cases; `details` say which and to how many."""
BATCH_FINISHED = "cases.batch_finished"
"""How many it was done to, and how many it was refused for."""

TIMELINE = frozenset(
    {
        INCIDENT_LINKED,
        INCIDENT_UNLINKED,
        REFERRED,
        REFERRAL_ANSWERED,
        REFERRAL_WITHDRAWN,
        RECEIVED_FROM_BODY,
        NOT_OURS,
        CLARIFICATION_ASKED,
        REOPENED,
        CLOSED,
        CHANGED,
        WAITING,
        RESUMED,
        ASSIGNED,
        MERGED,
        SPLIT,
        LINKED,
        COMPLEXITY_ANNOUNCED,
        AMENDED,
        KEYS_CHANGED,
        ADDRESS_PROVEN,
    }
)
"""Events that stand in the timeline as lines of their own."""
