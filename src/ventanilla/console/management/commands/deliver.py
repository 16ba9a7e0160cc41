"""`ventanilla deliver`: takes one message on standard input, as a mail server's pipe does.

Exit codes are those of sysexits.h, which mail servers read: 0 only once the message is stored; 75 (EX_TEMPFAIL) when it
must be tried again, whatever went wrong; 67 (EX_NOUSER) when no account has that address; 69 (EX_UNAVAILABLE) when the
message is larger than VENTANILLA_MAIL_MAX_BYTES.
"""

import sys
from argparse import ArgumentParser
from typing import Any, BinaryIO

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import connection
from django.utils.translation import gettext as _

EX_NOUSER, EX_UNAVAILABLE, EX_TEMPFAIL = 67, 69, 75


class Command(BaseCommand):
    help = _(
        "Guarda un mensaje RFC 5322 que llega por la entrada estándar, como el de una tubería del servidor de correo."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--account", default="", metavar="ADDRESS", help=_("dirección de la cuenta que lo recibe"))
        parser.add_argument("--from", dest="sender", default="", help=_("remitente del sobre, si el servidor lo dice"))

    def run_from_argv(self, argv: list[str]) -> None:
        # One message needs one connection; a pool would also wait half a minute for a database that is away.
        connection.settings_dict["OPTIONS"].pop("pool", None)
        super().run_from_argv(argv)

    def handle(self, *, account: str, sender: str, **options: Any) -> None:
        if not account:
            # A mistake of the operator's must not bounce people's mail: the server keeps it until it is mended.
            self._end(EX_TEMPFAIL, _("Falta --account ADDRESS: la dirección de la cuenta que recibe."))
        try:
            content = read_limited(sys.stdin.buffer, settings.ENVIRONMENT.mail_max_bytes)
            problem = _("El mensaje es demasiado grande.") if content is None else ""
            code = EX_UNAVAILABLE if content is None else self._store(account, sender, content)
        except Exception as failure:
            problem = _("No se pudo guardar el mensaje; hay que intentarlo de nuevo (%(kind)s).") % {
                "kind": type(failure).__name__
            }
            code = EX_TEMPFAIL
        if code == EX_NOUSER:
            problem = _("Ninguna cuenta activa tiene esa dirección.")
        if code:
            self._end(code, problem)

    def _store(self, address: str, sender: str, content: bytes) -> int:
        # Imported late: what fails here is answered with 75 like everything else.
        from ventanilla.flow.accept import accept
        from ventanilla.intake import queries as intake

        account = intake.account_for_address(address)
        if account is None:
            return EX_NOUSER
        accept(account, content, {"mail_from": sender, "rcpt_to": [address], "protocol": "pipe"})
        return 0

    def _end(self, code: int, problem: str) -> None:
        self.stderr.write(problem)
        sys.exit(code)


def read_limited(stream: BinaryIO, max_bytes: int) -> bytes | None:
    """Everything, or None when it is more than `max_bytes`."""
    content = stream.read(max_bytes + 1)
    return content if len(content) <= max_bytes else None
