"""What the page of one case shows beside its timeline."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from ventanilla.cases import incidents
from ventanilla.cases import queries as cases
from ventanilla.contacts import queries as contacts
from ventanilla.flow.ways import IDENTITIES, MAILED, PAGE
from ventanilla.kit import clock
from ventanilla.knowledge import queries as knowledge
from ventanilla.knowledge.rules import fill
from ventanilla.messages.contract import Address
from ventanilla.routing import queries as routing
from ventanilla.sla import queries as sla
from ventanilla.web.desk.access import in_sight, may_hand_over, powers_in
from ventanilla.web.desk.addresses import named
from ventanilla.web.desk.claims import claims_of, state_of
from ventanilla.web.desk.forms import ForwardForm, NoteForm, ReplyForm
from ventanilla.web.desk.forms.fields import offer_services
from ventanilla.web.desk.lookups import Lookups
from ventanilla.web.desk.referring import strip_of, trace_of
from ventanilla.web.desk.selection import kept_query
from ventanilla.web.desk.timeline import timeline
from ventanilla.web.lights import Light, light_of
from ventanilla.web.matters import user_id_of
from ventanilla.worklist import queries as worklist

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ventanilla.cases.models import Case, Participant
    from ventanilla.worklist.models import Row

MODES = {"nota": "note", "reenvio": "forward"}
"""Value of `modo` in the address to the kind of draft; anything else is a reply."""


CASES_SHOWN = 8
CASES_ASKED = 40
"""Of the person's other cases, some may be out of sight."""


@dataclass(frozen=True, slots=True)
class Recipients:
    """Whom a reply goes to by default, and which of those addresses do not work."""

    main: list[Address]
    copies: list[Address]
    undeliverable: list[str]
    is_claimed: bool = False
    """The main one was given in a form and nobody has shown to hold it."""

    @property
    def names(self) -> str:
        return ", ".join(named(address) for address in self.main)

    @property
    def is_page(self) -> bool:
        """Nothing leaves the house: the answer stands on the person's own page."""
        return bool(self.main) and all(address.kind == PAGE for address in self.main)


def recipients_of(
    case: "Case", speaker: Address | None, filled_in: frozenset[tuple[str, str]] = frozenset()
) -> Recipients:
    """Whoever spoke last, else those who opened the case; those in copy stay in copy. Two queries."""
    people = cases.participants(case.pk)
    main = (
        [speaker]
        if speaker
        else [
            Address(person.kind, person.value, person.name)
            for person in people
            if not person.is_copied and person.kind not in IDENTITIES
        ]
    )
    taken = {address.value for address in main}
    copies = [
        Address(person.kind, person.value, person.name)
        for person in people
        if person.is_copied and person.kind == MAILED and person.value not in taken
    ]
    broken = contacts.undeliverable([*main, *copies]) if main or copies else set()
    answered = {(address.kind, address.value) for address in main}
    is_proven = any(person.kind in IDENTITIES and person.proven_at is not None for person in people)
    is_claimed = not is_proven and any(
        state_of(person, filled_in) == "claimed" for person in people if (person.kind, person.value) in answered
    )
    copies = [] if all(address.kind == PAGE for address in main) else copies
    return Recipients(main, copies, sorted(value for _kind, value in broken), is_claimed)


def head_context(request: HttpRequest, case: "Case") -> dict[str, Any]:
    """The title bar: state, light, who attends, and which actions are open. At most three queries."""
    return _head(request, case, worklist.row(case.pk), Lookups(case.public_body_id))


def _head(request: HttpRequest, case: "Case", row: "Row | None", lookups: Lookups) -> dict[str, Any]:
    user: Any = request.user
    powers = powers_in(user, case.public_body_id)
    agent_user_id = row.agent_user_id if row else None
    lookups.know_user(user)
    lookups.want_users([agent_user_id])
    return {
        "case": case,
        "row": row,
        "code": case.code,
        "type_label": case.get_type_display(),
        "state_label": case.get_state_display(),
        "state_color": {"open": "info", "waiting_citizen": "warning"}.get(case.state, "neutral"),
        "light": light_of(row, clock.now()) if row else Light("none"),
        "agent_name": lookups.user(agent_user_id),
        "team_name": lookups.teams.get(row.team_id, "") if row and row.team_id else "",
        "is_mine": agent_user_id == user.pk,
        "is_closed": case.state == "closed",
        "continued_in": next(iter(in_sight(request, [case.merged_into])), None) if case.merged_into else None,
        "is_unread": bool(row and row.is_unread),
        "strip": strip_of(request, case, row),
        "incident": incidents.incident_of(case),
        "powers": powers,
        "may_hand_over": may_hand_over(user.pk, powers, agent_user_id),
        "selection_query": kept_query(request.GET.dict()),
        "back_href": _with_query(reverse("desk:queue"), request),
    }


def _with_query(path: str, request: HttpRequest) -> str:
    query = kept_query(request.GET.dict())
    return f"{path}?{query}" if query else path


def conversation_context(
    request: HttpRequest,
    case: "Case",
    *,
    reply: ReplyForm | None = None,
    note: NoteForm | None = None,
    forward: ForwardForm | None = None,
    mode: str = "",
) -> dict[str, Any]:
    """The whole conversation pane; a form that was refused comes back with what was typed in it."""
    lookups = Lookups(case.public_body_id)
    lookups.know_user(request.user)
    row = worklist.row(case.pk)
    lookups.want_users([row.agent_user_id if row else None])
    powers = powers_in(request.user, case.public_body_id)
    shown = timeline(case, lookups, is_whole="todo" in request.GET, retry_urls=powers.can_resend)
    context = _head(request, case, row, lookups)
    drafts = cases.drafts(case.pk, user_id_of(request))
    strip = context["strip"]
    asked = MODES.get(request.GET.get("modo", ""), "reply")
    if "modo" not in request.GET and strip is not None and strip.leaves_the_person_to_the_centre:
        asked = "note"
    forwarded = request.GET.getlist("intervencion")
    recipients = recipients_of(case, shown.speaker, shown.filled_in)
    reply_initial = {
        "text": _begun(request, case, drafts.get("reply", "")),
        "copies": ", ".join(address.value for address in recipients.copies),
    }
    reply = reply or ReplyForm(case=case, last_id=shown.last_id, initial=reply_initial)
    offer_services(reply, lookups.services)
    return context | {
        "timeline": shown,
        "recipients": recipients,
        "mode": mode or asked,
        "modes": [
            ("reply", "", _("Respuesta"), "reply", "r"),
            ("note", "nota", _("Nota interna"), "note", "n"),
            ("forward", "reenvio", _("Reenviar"), "forward", "f"),
        ],
        "reply_form": reply,
        "note_form": note or NoteForm(initial={"text": drafts.get("note", "")}),
        "forward_form": forward
        or ForwardForm(
            lines=shown.lines, initial={"text": drafts.get("forward", ""), "entries": forwarded or _last_said(shown)}
        ),
        "whole_href": f"{reverse('desk:conversation', args=[case.code])}?{_joined(request, 'todo=1')}",
    }


def _begun(request: HttpRequest, case: "Case", draft: str) -> str:
    """What stands in the reply's box: the draft, and below it the unit's answer when `usar` asks for it."""
    asked = request.GET.get("usar", "")
    referral = routing.referral(int(asked)) if asked.isascii() and asked.isdigit() and len(asked) < 19 else None
    if referral is None or referral.case_id != case.pk or referral.answer is None or referral.answer.kind != "note":
        return draft
    answer = referral.answer.text.strip()
    return draft if answer in draft else f"{draft.rstrip()}\n\n{answer}".strip()


def _last_said(shown: Any) -> list[str]:
    said = [str(line.id) for line in shown.lines if line.kind == "in"]
    return said[-1:]


def _joined(request: HttpRequest, pair: str) -> str:
    query = kept_query(request.GET.dict())
    return f"{query}&{pair}" if query else pair


def person_context(request: HttpRequest, case: "Case") -> dict[str, Any]:
    """The third pane: who the person is, the case's promises, its links, texts for answering."""
    family = contacts.family_ids(case.contact_id) if case.contact_id else []
    others = [other for other in cases.cases_of_contact(family, CASES_ASKED) if other.pk != case.pk]
    people = cases.participants(case.pk)
    claims, states = claims_of(case, people)
    found = contacts.addresses(case.contact_id) if case.contact_id else []
    addresses = [(address, states.get((address.kind, address.value), "")) for address in found if address.kind != PAGE]
    user_id = user_id_of(request)
    head = head_context(request, case)
    return head | {
        "contact": contacts.by_id(case.contact_id) if case.contact_id else None,
        "addresses": addresses,
        "claims": claims,
        "claimed_names": _claimed_names(case, people),
        "other_cases": in_sight(request, others)[:CASES_SHOWN],
        "merges": contacts.merges_of(family[0]) if family else [],
        "referrals": trace_of(case, head["row"]),
        "clocks": [clock_line(one) for one in sla.clocks_of(case.pk)],
        "needs": routing.needs_of(case.pk),
        "assignment_reason": routing.explanation(case.pk),
        "also_seen_by": routing.also_seen_by(case.pk),
        "links": link_lines(request, case),
        "canned": canned_texts(case, request.user),
        "user_id": user_id,
    }


def _claimed_names(case: "Case", people: "Sequence[Participant]") -> list[str]:
    """What the people of the case call themselves: claims, not proofs (lessons.md 18)."""
    known = {case.contact.name} if case.contact else set()
    return sorted({person.name for person in people if person.name and not person.is_copied} - known)


def clock_line(one: Any) -> dict[str, Any]:
    """A promise with its light. Look's word for a kept promise is `met`."""
    states = {"paused": "paused", "met": "met", "missed": "late", "cancelled": "none"}
    state = states.get(one.state, "ok")
    now = clock.now()
    if one.state == "running" and one.due_at is not None:
        state = "late" if one.due_at <= now else "soon" if one.warn_at is not None and one.warn_at <= now else "ok"
    return {"clock": one, "label": one.label.capitalize(), "state": state, "explanation": sla.explain(one)}


def link_lines(request: HttpRequest, case: "Case") -> list[dict[str, Any]]:
    """Both directions of each link to a case in sight, said from this case's side."""
    lines = []
    links = cases.links_of(case.pk)
    seen = {one.pk for one in in_sight(request, [other for link in links for other in (link.case, link.other)])}
    for link in links:
        is_ours = link.case_id == case.pk
        other = link.other if is_ours else link.case
        if other.pk not in seen:
            continue
        doubt = (
            _("Quien escribió no participa en esa solicitud: puede ser la persona con otra dirección, o alguien ajeno.")
            if is_ours
            else _("Quien escribió ahí no participa en esta: puede ser la persona con otra dirección, o alguien ajeno.")
        )
        lines.append({"link": link, "other": other, "words": _link_words(link.kind, is_ours=is_ours), "doubt": doubt})
    return lines


def _link_words(kind: str, *, is_ours: bool) -> str:
    ours = {
        "related": _("Relacionada con"),
        "quoted": _("Cita el código de"),
        "split": _("Se separó de"),
        "merged": _("Continúa en"),
    }
    theirs = {
        "related": _("Relacionada con"),
        "quoted": _("Su código aparece en"),
        "split": _("De acá se separó"),
        "merged": _("Acá sigue"),
    }
    return (ours if is_ours else theirs).get(kind, kind)


def canned_texts(case: "Case", user: Any) -> list[dict[str, str]]:
    """The replies at hand, filled for this case. One query."""
    name = case.contact.name if case.contact else ""
    values = {
        "nombre": name,
        "codigo": case.code,
        "organismo": case.public_body.name,
        "ejecutivo": user.display_name,
        "servicio": case.service.name if case.service else "",
    }
    filled = {key: value for key, value in values.items() if value}
    return [
        {"title": one.title, "shortcut": one.shortcut, "text": fill(one.text, filled)}
        for one in knowledge.canned(case.service_id)
    ]
