"""Every query on owned tables names its bodies, or raises.

The scope is the set of bodies that a request or a job may see. `objects` of an owned model works only inside
`scope(...)` and filters by it; the unscoped base manager stays for validation and the administration's own machinery.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Generic, TypeVar

from django.db import models
from django.utils.translation import gettext_lazy as _

_scope: ContextVar[frozenset[int] | None] = ContextVar("public_body_scope", default=None)

M = TypeVar("M", bound=models.Model)


class UnscopedQuery(RuntimeError):
    """A query on owned data that did not say for which bodies."""


@contextmanager
def scope(body_ids: Iterable[int]) -> Iterator[frozenset[int]]:
    """See these bodies, and no other, inside the block."""
    bodies = frozenset(body_ids)
    token = _scope.set(bodies)
    try:
        yield bodies
    finally:
        _scope.reset(token)


def current_scope() -> frozenset[int]:
    """The bodies in sight. Raises UnscopedQuery outside any scope."""
    bodies = _scope.get()
    if bodies is None:
        raise UnscopedQuery("this query needs `with scope({body ids})` around it (organisation.scoping)")
    return bodies


class ScopedManager(models.Manager[M], Generic[M]):
    """Default manager of owned models; `through` is the path to the body."""

    def __init__(self, through: str = "public_body") -> None:
        super().__init__()
        self._through = through

    def get_queryset(self) -> models.QuerySet[M]:
        bodies = current_scope()
        if len(bodies) == 1:
            return super().get_queryset().filter(**{f"{self._through}_id": next(iter(bodies))})
        return super().get_queryset().filter(**{f"{self._through}_id__in": sorted(bodies)})


class Owned(models.Model):
    """A row that belongs to one public body."""

    public_body = models.ForeignKey(
        "organisation.PublicBody", on_delete=models.PROTECT, related_name="+", verbose_name=_("organismo")
    )

    objects: ScopedManager[Any] = ScopedManager()
    unscoped: models.Manager[Any] = models.Manager()

    class Meta:
        abstract = True
        base_manager_name = "unscoped"
