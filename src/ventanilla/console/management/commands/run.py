"""`ventanilla run`: everything in one process."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from ventanilla.console import serving
from ventanilla.console.serving import CannotServe, Part


class Command(BaseCommand):
    help = _("Sirve todo en un solo proceso: páginas, trabajos y correo entrante.")
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--demo", action="store_true", help=_("carga una vez el organismo de ejemplo y lo muestra"))

    def handle(self, *, demo: bool, **options: Any) -> None:
        try:
            listening = serving.claim_ports(list(Part))
            self._say(_("Preparando la base de datos…"))
            call_command("migrate", interactive=False, verbosity=0, skip_checks=True)
            if demo:
                self._load_demo()
            serving.serve(list(Part), listening, self._welcome)
        except CannotServe as problem:
            raise CommandError(str(problem)) from problem
        self._say(_("Ventanilla se detuvo."))

    def _load_demo(self) -> None:
        # Only the demo needs it; an installation that serves people never loads it.
        from ventanilla.demo.load import load_once

        self._say(_("Cargando el organismo de ejemplo (solo la primera vez tarda)…"))
        load_once()

    def _welcome(self) -> None:
        address = serving.web_address()
        lines = [
            "",
            _("  Ventanilla está abierta"),
            "",
            _("  Mostrador        %(address)s") % {"address": f"{address}mostrador/"},
            _("  Supervisión      %(address)s") % {"address": f"{address}supervision/"},
            _("  Configuración    %(address)s") % {"address": f"{address}configuracion/"},
            _("  API              %(address)s") % {"address": f"{address}api/v1/docs"},
            _("  Correo entrante  %(host)s, puerto %(port)s (SMTP)")
            % {"host": serving.mail_host(), "port": settings.ENVIRONMENT.mail_port},
        ]
        if settings.IS_DEMO:
            from ventanilla.demo.body import SIGN_INS

            lines += [
                _("  Correo enviado   %(address)s") % {"address": f"{address}demo/correo/"},
                "",
                _("  Para entrar, contraseña demo-ventanilla:"),
                *(f"    {username:<16} {what}" for username, what in SIGN_INS),
            ]
        lines += ["", _("  Ctrl-C la cierra."), ""]
        self._say("\n".join(lines))

    def _say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()
