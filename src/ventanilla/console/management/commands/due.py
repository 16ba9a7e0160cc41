"""`ventanilla due`: when a promise falls due, and how that comes about."""

from argparse import ArgumentParser
from datetime import datetime
from typing import TYPE_CHECKING, Any, NoReturn

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from ventanilla.calendars.opening import NeverOpen
from ventanilla.organisation import queries as organisation
from ventanilla.organisation.scoping import scope
from ventanilla.sla import queries as sla

if TYPE_CHECKING:
    # A door never holds a table; these are names for the type checker.
    from ventanilla.organisation.models import PublicBody
    from ventanilla.sla.models import Policy

BAD_INPUT = 2


class Command(BaseCommand):
    """The first line is the due moment alone; the rest explains it. Ends with 2 and a message on bad input."""

    help = _("Dice cuándo vence un plazo y por qué: la primera línea es el vencimiento, las demás lo explican.")
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        # Not `required`, so that what is missing is said in our words.
        parser.add_argument("--policy", metavar="NOMBRE", help=_("identificador o nombre del estándar de respuesta"))
        parser.add_argument("--from", dest="start", metavar="ISO8601", help=_("momento de recepción"))
        parser.add_argument("--body", metavar="SLUG", help=_("identificador del organismo, si hay más de uno"))

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["policy"] or not options["start"]:
            self._refuse(_("Indicá el estándar con --policy y el momento con --from, por ejemplo:"), self._example())
        body = self._body(options["body"])
        with scope({body.pk}):
            policy = self._policy(options["policy"], body)
            start, note = self._start(options["start"], policy)
            try:
                promise = sla.promise(policy, start)
            except NeverOpen:
                self._refuse(
                    _("El calendario «%(calendar)s» no tiene horas suficientes para contar este plazo.")
                    % {"calendar": policy.calendar.name}
                )
            except (ValueError, OverflowError):
                self._refuse(_("Ese momento queda fuera de lo que se puede contar: de 1970 a 2099."))
        self.stdout.write(promise.due_at.isoformat())
        for line in [*promise.lines, *note]:
            self.stdout.write(line)

    def _body(self, slug: str | None) -> "PublicBody":
        if slug is None:
            try:
                return organisation.only_body()
            except organisation.NotTheOnlyBody:
                self._refuse(_("Indicá el organismo con --body."), self._bodies())
        found = organisation.body(slug)
        if found is None:
            self._refuse(_("No hay un organismo «%(slug)s».") % {"slug": slug}, self._bodies())
        return found

    def _policy(self, name: str, body: "PublicBody") -> "Policy":
        found = sla.policy(name)
        if found is None:
            slugs = ", ".join(policy.slug for policy in sla.policies()) or _("ninguno")
            self._refuse(
                _("%(body)s no tiene un estándar de respuesta «%(name)s».") % {"body": body.name, "name": name},
                _("Los que hay: %(slugs)s.") % {"slugs": slugs},
            )
        return found

    def _start(self, text: str, policy: "Policy") -> tuple[datetime, list[str]]:
        """The instant, and a line that says so when the calendar's zone had to be supposed."""
        try:
            start = datetime.fromisoformat(text.strip())
        except ValueError:
            self._refuse(_("«%(text)s» no es un momento en formato ISO 8601.") % {"text": text}, self._example())
        if start.tzinfo is not None:
            return start, []
        zone = sla.terms(policy).calendar.zone
        supposed = _("El momento indicado no dice su huso horario: se tomó el del calendario (%(zone)s).")
        return start.replace(tzinfo=zone), [supposed % {"zone": zone.key}]

    def _bodies(self) -> str:
        slugs = ", ".join(body.slug for body in organisation.bodies()) or _("ninguno")
        return _("Los que hay: %(slugs)s.") % {"slugs": slugs}

    def _example(self) -> str:
        return "ventanilla due --policy correo --from 2026-02-13T16:00:00-03:00"

    def _refuse(self, *lines: str) -> NoReturn:
        self.stderr.write(" ".join(lines))
        raise SystemExit(BAD_INPUT)
