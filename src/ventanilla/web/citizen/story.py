"""A case as its person sees it: what was said, what happened, what comes next."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _

from ventanilla.cases import events
from ventanilla.flow import portal, viewing
from ventanilla.flow.texts import moment
from ventanilla.flow.viewing import Viewer
from ventanilla.kit.clamd import Scan

if TYPE_CHECKING:
    from ventanilla.cases.models import Case, Entry


@dataclass(frozen=True, slots=True)
class Line:
    """`kind` is "mine", "answer" or "event"."""

    kind: str
    who: str
    at: datetime
    text: str
    files: Sequence[dict[str, Any]] = ()
    is_automatic: bool = False
    """Said by the house itself, an acknowledgement: folded, since the page says the same on top."""


@dataclass(frozen=True, slots=True)
class Next:
    """Where the case stands and what comes next; `tone` is a colour of look."""

    state: str
    tone: str
    words: str


def lines_of(viewer: Viewer) -> list[Line]:
    return [_line(viewer, entry) for entry in viewing.timeline(viewer)]


def _line(viewer: Viewer, entry: "Entry") -> Line:
    if entry.kind == "event":
        return Line("event", "", entry.at, _happened(entry))
    is_in = entry.direction == "in"
    is_mine = is_in and (entry.sender.get("kind"), entry.sender.get("value")) in viewer.addresses
    return Line(
        kind="mine" if is_in else "answer",
        who=_("Vos") if is_mine else _who(viewer, entry, is_in=is_in),
        at=entry.at,
        text=entry.text,
        files=[_file(viewer.case, one) for one in entry.files.all()],
        is_automatic=entry.is_automatic and not is_in,
    )


def _who(viewer: Viewer, entry: "Entry", *, is_in: bool) -> str:
    if not is_in:
        return viewer.case.public_body.name
    return entry.sender.get("name") or _("Otra persona")


def _file(case: "Case", file: Any) -> dict[str, Any]:
    is_blocked = file.scan == Scan.INFECTED
    return {
        "name": file.name,
        "size": file.size_bytes,
        "url": reverse("citizen:file", args=[case.code, file.pk]),
        "is_blocked": is_blocked,
        "scan": _("No se puede descargar: contiene un virus.") if is_blocked else "",
    }


def _happened(entry: "Entry") -> str:
    if entry.event == events.CLOSED:
        return {
            "withdrawn": _("Cerraste la solicitud."),
            "not_ours": _("La solicitud se cerró: no corresponde a este organismo."),
        }.get(entry.facts.get("outcome", ""), _("La solicitud se cerró."))
    if entry.event == events.REOPENED:
        return _("La solicitud se reabrió.")
    if entry.event == events.WAITING:
        return _("Esperamos tu respuesta para seguir.")
    if entry.event == events.COMPLEXITY_ANNOUNCED:
        return _("Necesita más tiempo: te respondemos a más tardar el %(moment)s.") % {
            "moment": moment(datetime.fromisoformat(entry.facts["due_at"]))
        }
    return _("Pediste un enlace nuevo: los anteriores dejaron de servir.")


def next_of(case: "Case", *, may_reopen: bool) -> Next:
    """Said with the code alone too, so it holds nothing of the person or of what she said."""
    if case.state == "closed":
        again = (
            _("Si no quedó resuelto, podés reabrirla.") if may_reopen else _("Si necesitás algo más, hacé una nueva.")
        )
        return Next(_("Cerrada"), "neutral", again)
    if case.state == "waiting_citizen":
        return Next(_("Esperamos tu respuesta"), "warning", _("Te preguntamos algo: cuando respondas, seguimos."))
    promised = portal.promised_of(case)
    if promised is not None:
        words = _("Te respondemos a más tardar el %(moment)s.") % {"moment": moment(promised)}
        return Next(_("En curso"), "info", words + " " + _("Si lleva más tiempo, te avisamos antes."))
    return Next(_("En curso"), "info", _("Ya te respondimos y la solicitud sigue abierta."))
