"""`ventanilla read-mail`: shows what the e-mail channel reads, touching nothing. Needs no database."""

import json
import sys
from argparse import ArgumentParser
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from ventanilla.kit import clock
from ventanilla.messages.contract import Describing, Tools
from ventanilla.messages.registry import create


class Command(BaseCommand):
    help = _("Muestra, en una línea JSON por archivo, lo que el canal de correo lee en cada mensaje.")
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="*", metavar="FILE", help=_("archivos; sin ninguno, la entrada estándar"))

    def handle(self, *, files: Sequence[str], **options: Any) -> None:
        channel = create("email", {}, Tools(now=clock.now))
        if not isinstance(channel, Describing):
            raise TypeError("the e-mail channel does not describe")
        has_errors = False
        for described in self._described(channel, files):
            has_errors = has_errors or "error" in described
            sys.stdout.write(json.dumps(described, ensure_ascii=False) + "\n")
            sys.stdout.flush()
        if has_errors:
            # Every file was read; that one of them could not be is said by the exit code as well.
            sys.exit(1)

    def _described(self, channel: Describing, files: Sequence[str]) -> Iterator[Mapping[str, Any]]:
        if not files:
            yield self._describe(channel, sys.stdin.buffer.read())
        for name in files:
            try:
                content = Path(name).read_bytes()
            except OSError as problem:
                yield {
                    "error": _("No se pudo leer el archivo: %(reason)s") % {"reason": problem.strerror},
                    "file": name,
                }
                continue
            yield self._describe(channel, content)

    def _describe(self, channel: Describing, content: bytes) -> Mapping[str, Any]:
        try:
            return channel.describe(content)
        except Exception as problem:
            # A fault of ours on one file; the others are still read.
            return {"error": _("El lector falló: %(kind)s") % {"kind": type(problem).__name__}}
