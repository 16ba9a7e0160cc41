"""Views of the portal; one file a matter."""
