"""Facts of the catalogue, as the journal keeps them."""

SERVICE_CREATED = "catalogue.service_created"
SERVICE_CHANGED = "catalogue.service_changed"
"""Details: the names of the fields."""
