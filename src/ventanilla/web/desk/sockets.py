"""Live events for the desk."""

from typing import Any

routes: list[Any] = []
