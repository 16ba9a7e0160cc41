"""`ventanilla mail`: the SMTP or LMTP listener, for production."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from ventanilla.console import serving
from ventanilla.console.serving import CannotServe, Part
from ventanilla.mail.listener import BadMailSettings


class Command(BaseCommand):
    help = _("Recibe correo por SMTP o LMTP; responde 250 solo cuando el mensaje está guardado.")
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            serving.require_schema()
            listening = serving.claim_ports([Part.MAIL])
            serving.serve([Part.MAIL], listening, self._welcome)
        except (CannotServe, BadMailSettings) as problem:
            raise CommandError(str(problem)) from problem

    def _welcome(self) -> None:
        self.stdout.write(
            _("Recibiendo correo (%(protocol)s) en %(host)s, puerto %(port)s.")
            % {
                "protocol": settings.ENVIRONMENT.mail_protocol.upper(),
                "host": serving.mail_host(),
                "port": settings.ENVIRONMENT.mail_port,
            }
        )
        self.stdout.flush()
