"""`ventanilla web`: the pages and the API, for production."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from ventanilla.console import serving
from ventanilla.console.serving import CannotServe, Part


class Command(BaseCommand):
    help = _("Sirve las páginas y la API; los trabajos y el correo entrante corren aparte.")
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            serving.require_schema()
            listening = serving.claim_ports([Part.WEB])
            serving.serve([Part.WEB], listening, self._welcome)
        except CannotServe as problem:
            raise CommandError(str(problem)) from problem

    def _welcome(self) -> None:
        self.stdout.write(_("Páginas y API en %(address)s") % {"address": serving.web_address()})
        self.stdout.flush()
