"""`ventanilla worker`: the jobs, for production."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from ventanilla.console import serving
from ventanilla.console.serving import CannotServe, Part


class Command(BaseCommand):
    help = _("Hace los trabajos de la cola; pueden correr varios a la vez, en varias máquinas.")
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            serving.require_schema()
            serving.serve([Part.WORKER], None, self._welcome)
        except CannotServe as problem:
            raise CommandError(str(problem)) from problem

    def _welcome(self) -> None:
        self.stdout.write(_("Haciendo los trabajos de la cola."))
        self.stdout.flush()
