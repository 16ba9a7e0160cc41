"""`ventanilla token USERNAME`: a new API token of a staff user."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from ventanilla.accounts import actions, queries


class Command(BaseCommand):
    help = _("Crea un token de la API para alguien del personal y lo muestra, esta única vez.")
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username", metavar="USERNAME", help=_("el usuario; el token ve y puede lo mismo que él"))

    def handle(self, *, username: str, **options: Any) -> None:
        user = queries.by_username(username)
        if user is None:
            raise CommandError(_("No hay nadie del personal con el usuario «%(username)s».") % {"username": username})
        if not user.is_active:
            raise CommandError(_("El usuario «%(username)s» está inactivo.") % {"username": username})
        # Alone on standard output, so that a script can take it.
        self.stdout.write(actions.issue_token(user))
