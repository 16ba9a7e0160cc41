"""Facts of the organisation, as the journal keeps them."""

BODY_CREATED = "organisation.body_created"
BODY_CHANGED = "organisation.body_changed"
UNIT_CREATED = "organisation.unit_created"
OFFICE_CREATED = "organisation.office_created"
CALENDAR_CREATED = "organisation.calendar_created"
CALENDAR_CHANGED = "organisation.calendar_changed"
"""Details: calendar_id, version, and what changed (`week`, `day`, `holidays`, `zone`), with the date for a day."""
