"""The conversation, line by line, ready to draw."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _

from ventanilla.cases import queries as cases
from ventanilla.delivery import queries as delivery
from ventanilla.flow.reply import answered_at
from ventanilla.flow.ways import PAGE
from ventanilla.kit.clamd import Scan
from ventanilla.kit.downloads import SHOWN_TYPES
from ventanilla.kit.file_types import Concern
from ventanilla.messages.contract import Address
from ventanilla.web.desk.addresses import address_words, name_of
from ventanilla.web.desk.claims import filled_in_by
from ventanilla.web.desk.happenings import Names, say
from ventanilla.web.desk.lookups import Lookups

if TYPE_CHECKING:
    from ventanilla.cases.models import Case, Entry
    from ventanilla.delivery.models import OutboxMessage

SHOWN_ENTRIES = 80
"""A longer conversation shows its last entries first; the earlier ones are a click away."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the conversation. `kind` is in, out, note or event; `version` changes as the drawing does."""

    id: int
    kind: str
    author: str
    at: datetime
    text: str
    version: str = ""
    channel: str = ""
    to: str = ""
    quote: str = ""
    formatted_url: str = ""
    original_url: str = ""
    files: Sequence[dict[str, Any]] = ()
    images: Sequence[dict[str, Any]] = ()
    delivery: str = ""
    delivery_words: str = ""
    """Said instead of the usual words of that state."""
    delivery_detail: str = ""
    retry_url: str = ""
    is_automatic: bool = False
    warnings: Sequence[str] = ()
    is_authenticated: bool | None = None
    """True or False when a relay that we trust checked the sender; None when nobody did."""
    authentication: str = ""
    merged_from: str = ""
    can_forward: bool = False


@dataclass(frozen=True, slots=True)
class Timeline:
    lines: Sequence[Line]
    hidden_count: int
    """Earlier entries that were left out."""
    last_id: int
    speaker: Address | None = None
    """Whoever spoke last, at the address she asked to be answered at: a reply goes there (flow/reply.py)."""
    filled_in: frozenset[tuple[str, str]] = frozenset()
    """The addresses that were given in a form (claims.filled_in_by)."""


def timeline(
    case: "Case", lookups: Lookups | None = None, *, is_whole: bool = False, retry_urls: bool = False
) -> Timeline:
    """The case's lines, oldest first. At most six queries, however many entries."""
    entries = cases.timeline(case.pk)
    hidden = 0 if is_whole else max(0, len(entries) - SHOWN_ENTRIES)
    shown = entries[hidden:]
    sent = delivery.of_entries([entry.pk for entry in shown if entry.direction == "out"])
    names = _names(shown, lookups or Lookups(case.public_body_id))
    body_name = case.public_body.name
    lines = [_line(entry, sent.get(entry.pk), names, body_name, retry_urls=retry_urls) for entry in shown]
    return Timeline(
        lines, hidden, max((entry.pk for entry in entries), default=0), answered_at(entries), filled_in_by(entries)
    )


def _names(entries: Sequence["Entry"], lookups: Lookups) -> Names:
    """Only what the events in sight speak of is asked for."""
    facts = [entry.facts for entry in entries if entry.kind == "event"]
    speaks_of = {name for fact in facts for name, value in fact.items() if value is not None}
    lookups.want_users(fact.get("agent_user_id") for fact in facts)
    return Names(
        agents=lookups.users,
        teams=lookups.teams if "team_id" in speaks_of else {},
        services=lookups.services if "service" in speaks_of else {},
        units=lookups.units if "unit_id" in speaks_of else {},
        bodies=lookups.bodies if speaks_of & {"to_body_id", "from_body_id"} else {},
        other_bodies=lookups.other_bodies if "other_body_id" in speaks_of else {},
        types={value: str(label) for value, label in cases.TYPES},
    )


def _line(entry: "Entry", message: "OutboxMessage | None", names: Names, body_name: str, *, retry_urls: bool) -> Line:
    author = entry.author.display_name if entry.author else ""
    if entry.kind == "event":
        return Line(id=entry.pk, kind="event", author=author, at=entry.at, text=say(entry.event, entry.facts, names))
    files = [_file(file) for file in entry.files.all()]
    common: dict[str, Any] = {
        "id": entry.pk,
        "at": entry.at,
        "text": entry.text,
        "files": files,
        "images": [file for file in files if file["is_shown"] and not file["is_inline"]],
        "merged_from": entry.facts.get("merged_from", ""),
    }
    if entry.kind == "note":
        return Line(kind="note", author=author or body_name, **common)
    common |= {"channel": entry.channel, "is_automatic": entry.is_automatic, "can_forward": True}
    if entry.html:
        common["formatted_url"] = reverse("desk:formatted", args=[entry.pk])
    if entry.direction == "in":
        is_authenticated, words = authentication(entry.facts.get("authentication_results"))
        return Line(
            kind="in",
            author=name_of(entry.sender) or (entry.contact.name if entry.contact else "") or _("Sin nombre"),
            quote=_quote(entry),
            original_url=reverse("desk:original", args=[entry.delivery_id])
            if entry.delivery_id and entry.channel != PAGE and not any(file["is_blocked"] for file in files)
            else "",
            warnings=[str(warning) for warning in entry.facts.get("warnings", ())],
            is_authenticated=is_authenticated,
            authentication=words,
            **common,
        )
    state = message.state if message else ""
    problem = message.problem if message else ""
    is_stuck = message is not None and state in ("failed", "bounced")
    return Line(
        kind="out",
        author=author or body_name,
        to=", ".join(
            address_words(PAGE, "") if address["kind"] == PAGE else address["name"] or address["value"]
            for address in entry.recipients
        ),
        delivery=state,
        delivery_words=_page_words(state) if entry.channel == PAGE else "",
        delivery_detail=problem if is_stuck or (problem and state == "queued") else "",
        retry_url=reverse("desk:retry_message", args=[message.pk])
        if message is not None and is_stuck and retry_urls
        else "",
        version=hashlib.md5(f"{state}:{problem}".encode(), usedforsecurity=False).hexdigest()[:8],
        **common,
    )


def _page_words(state: str) -> str:
    """An answer that stands on the person's own page is delivered once she opened it."""
    return {"sent": _("Está en su página"), "delivered": _("Leída en su página")}.get(state, "")


def _file(file: Any) -> dict[str, Any]:
    is_blocked = file.scan == Scan.INFECTED
    return {
        "name": file.name or _("archivo"),
        "size": file.size_bytes,
        "type": file.media_type,
        "url": reverse("desk:file", args=[file.pk]),
        "is_inline": bool(file.content_id),
        "is_shown": file.media_type in SHOWN_TYPES and not is_blocked,
        "is_blocked": is_blocked,
        "scan": scan_words(file.scan, file.scan_signature),
        "concern": concern_words(file.concern),
    }


def scan_words(scan: str, signature: str) -> str:
    """What the virus scanner said, for the screen; "" when all is well."""
    return {
        Scan.NOT_SCANNED: _("no analizado"),
        Scan.INFECTED: _("contiene un virus: %(signature)s") % {"signature": signature},
        Scan.FAILED: _("no se pudo analizar"),
    }.get(Scan(scan), "")


def concern_words(concern: str) -> str:
    """What is odd about a file's name and content (kit/file_types.py); "" when nothing is."""
    return {
        Concern.PROGRAM: _("Es un programa: no lo abras."),
        Concern.RUNS: _("Puede ejecutar programas: no lo abras si no lo esperabas."),
        Concern.PAGE: _("Es una página web: puede imitar un sitio para pedir claves."),
        Concern.DISGUISED: _("El contenido no es lo que el nombre dice."),
    }.get(Concern(concern), "")


def _quote(entry: "Entry") -> str:
    """What stands in the message beside its own words: quotation and signature."""
    if not entry.full_text or entry.full_text.strip() == entry.text.strip():
        return ""
    if entry.full_text.startswith(entry.text):
        return entry.full_text[len(entry.text) :].strip()
    return entry.full_text


_RESULT = re.compile(r"\b(dkim|spf|dmarc)\s*=\s*([a-z]+)", re.IGNORECASE)


def authentication(results: Any) -> tuple[bool | None, str]:
    """What the relay found of the sender (RFC 8601): whether it is who it says, and the words for the screen.

    DMARC decides when it passed or failed, for it ties DKIM and SPF to the address that people see; else a good DKIM is
    enough.
    """
    if not results:
        return None, ""
    text = " ".join(results) if isinstance(results, list | tuple) else str(results)
    found: dict[str, set[str]] = {}
    for method, result in _RESULT.findall(text):
        found.setdefault(method.lower(), set()).add(result.lower())
    if "fail" in found.get("dmarc", ()) and "pass" not in found.get("dmarc", ()):
        return False, _("El remitente no pasó la verificación de su dominio (DMARC)")
    for method in ("dmarc", "dkim"):
        if "pass" in found.get(method, ()):
            return True, _("Remitente verificado por %(method)s") % {"method": method.upper()}
    if "fail" in found.get("dkim", ()) or "fail" in found.get("spf", ()):
        return False, _("El remitente no pasó la verificación de su dominio")
    if "pass" in found.get("spf", ()):
        return True, _("Servidor del remitente verificado por SPF")
    return None, ""
