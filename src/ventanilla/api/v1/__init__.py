"""Version 1; one file a resource. `api` puts them together."""
