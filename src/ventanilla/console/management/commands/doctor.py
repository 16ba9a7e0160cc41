"""`ventanilla doctor`: what is misconfigured, and how to mend it."""

import json
import sys
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from ventanilla.console.examination import examine


class Command(BaseCommand):
    """Exits 1 when anything is wrong. `--json` prints `[{area, problem, mend}]`."""

    help = _("Dice qué está mal configurado y cómo arreglarlo.")
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", dest="as_json", help=_("escribe JSON, para programas"))

    def handle(self, *, as_json: bool, **options: Any) -> None:
        found = examine()
        if as_json:
            self.stdout.write(json.dumps([asdict(finding) for finding in found], ensure_ascii=False, indent=2))
        elif not found:
            self.stdout.write(_("Todo en orden."))
        for finding in [] if as_json else found:
            self.stdout.write(f"✗ {finding.problem}\n  → {finding.mend}")
        if found:
            sys.exit(1)
