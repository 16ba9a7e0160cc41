"""A small body to tell stories about."""

from collections.abc import Iterator

import pytest

from ventanilla.demo.stage import Stage, build_stage
from ventanilla.organisation.scoping import scope


@pytest.fixture
def stage(db: None) -> Iterator[Stage]:
    """Everything happens inside the body's scope, as in a request of its staff."""
    made = build_stage()
    with scope({made.body.pk}):
        yield made
