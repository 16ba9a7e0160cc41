"""Doors for people: read the request, call flow or a query, render."""
