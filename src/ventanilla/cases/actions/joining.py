"""Links, merges and splits cases."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from ventanilla.cases import events
from ventanilla.cases.actions.entries import add_event
from ventanilla.cases.actions.states import open_case
from ventanilla.cases.models import Case, CaseLink, CaseState, Entry, EntryKind, IncidentCase, LinkKind, Participant
from ventanilla.journal.actors import Actor
from ventanilla.kit import clock
from ventanilla.messages.contract import Address


class JoiningRefused(Exception):
    """The cases cannot be joined or parted so; the message is for the screen."""


def link(case: Case, other: Case, actor: Actor, kind: str = LinkKind.RELATED) -> CaseLink:
    """Emits cases.linked on both cases, once."""
    if case.pk == other.pk:
        raise JoiningRefused(_("Una solicitud no se puede vincular con sí misma."))
    if case.public_body_id != other.public_body_id:
        raise JoiningRefused(_("Las dos solicitudes tienen que ser del mismo organismo."))
    if kind not in LinkKind.values:
        raise JoiningRefused(_("Ese vínculo no existe."))
    row, is_new = CaseLink.objects.get_or_create(
        case=case, other=other, kind=kind, defaults={"made_by_id": actor.user_id, "made_at": clock.now()}
    )
    if is_new:
        add_event(case, events.LINKED, actor, {"other": other.code, "kind": str(kind)})
        add_event(other, events.LINKED, actor, {"other": case.code, "kind": str(kind)})
    return row


def review_link(row: CaseLink, actor: Actor) -> None:
    """An agent looked at a link that the house made because a stranger pointed at the case."""
    if not row.is_reviewed:
        row.is_reviewed = True
        row.save(update_fields=["is_reviewed"])
        add_event(row.case, events.LINKED, actor, {"other": row.other.code, "kind": "reviewed"})


def merge(kept: Case, other: Case, actor: Actor) -> None:
    """Let `kept` continue `other`: its entries and participants move, it closes and points to `kept`.

    Each entry remembers where it came from. Raises JoiningRefused. Emits cases.merged on both.
    """
    if kept.pk == other.pk:
        raise JoiningRefused(_("Elegí dos solicitudes distintas."))
    if other.merged_into_id or kept.merged_into_id:
        raise JoiningRefused(_("Una de las dos ya se unió a otra."))
    if kept.public_body_id != other.public_body_id:
        raise JoiningRefused(_("Las dos solicitudes tienen que ser del mismo organismo."))
    moved = 0
    for entry in Entry.objects.filter(case=other).exclude(kind=EntryKind.EVENT):
        entry.case = kept
        entry.facts = {**entry.facts, "merged_from": other.code}
        entry.save(update_fields=["case", "facts"])
        moved += 1
    _join_people(kept, other)
    _join_incident(kept, other)
    # Whatever had been merged into the other follows it, so that every pointer leads to an end.
    Case.objects.filter(merged_into=other).update(merged_into=kept)
    now = clock.now()
    other.merged_into, other.state, other.closed_at = kept, CaseState.CLOSED, now
    other.save(update_fields=["merged_into", "state", "closed_at"])
    kept.last_activity_at = max(kept.last_activity_at, other.last_activity_at)
    if kept.state == CaseState.CLOSED:
        kept.state, kept.closed_at = CaseState.OPEN, None
    kept.save(update_fields=["last_activity_at", "state", "closed_at"])
    CaseLink.objects.get_or_create(
        case=other, other=kept, kind=LinkKind.MERGED, defaults={"made_by_id": actor.user_id, "made_at": now}
    )
    add_event(other, events.MERGED, actor, {"into": kept.code, "entries": moved})
    add_event(kept, events.MERGED, actor, {"from": other.code, "entries": moved})


def _join_incident(kept: Case, other: Case) -> None:
    """What goes on elsewhere is answered there, and once."""
    if not IncidentCase.objects.filter(case=kept).exists():
        IncidentCase.objects.filter(case=other).update(case=kept)
    IncidentCase.objects.filter(case=other).delete()


def _join_people(kept: Case, other: Case) -> None:
    """Who takes part in `other` takes part in `kept`. What was proven of an address there is proven here: a key that
    was given to whoever only claimed it opens neither."""
    there = {(one.kind, one.value): one for one in Participant.objects.filter(case=kept)}
    for person in Participant.objects.filter(case=other):
        same = there.get((person.kind, person.value))
        if same is None:
            Participant.objects.create(
                case=kept,
                contact_id=person.contact_id,
                kind=person.kind,
                value=person.value,
                name=person.name,
                is_copied=person.is_copied,
                proven_at=person.proven_at,
            )
        elif same.proven_at is None and person.proven_at is not None:
            same.proven_at = person.proven_at
            same.save(update_fields=["proven_at"])


def split(case: Case, entry_ids: Sequence[int], subject: str, actor: Actor) -> Case:
    """Move messages and notes into a case of their own, with the contact of the first of them. Raises JoiningRefused.

    Emits cases.opened for the new case and cases.split on both.
    """
    entries = list(
        Entry.objects.filter(case=case, pk__in=list(entry_ids)).exclude(kind=EntryKind.EVENT).order_by("at", "pk")
    )
    if not entries or len(entries) != len(set(entry_ids)):
        raise JoiningRefused(_("Elegí uno o más mensajes de esta solicitud."))
    if (
        not Entry.objects.filter(case=case)
        .exclude(kind=EntryKind.EVENT)
        .exclude(pk__in=[entry.pk for entry in entries])
        .exists()
    ):
        raise JoiningRefused(_("Tiene que quedar al menos un mensaje en la solicitud original."))
    speaker = next((entry for entry in entries if entry.contact_id), None)
    senders = {
        (entry.sender["kind"], entry.sender["value"]): Address(
            entry.sender["kind"], entry.sender["value"], entry.sender.get("name", "")
        )
        for entry in entries
        if entry.sender
    }
    if not senders:
        senders = {
            (person.kind, person.value): Address(person.kind, person.value, person.name)
            for person in case.participants.filter(is_copied=False)
        }
    fresh = open_case(
        case.public_body_id,
        speaker.contact if speaker else case.contact,
        subject or entries[0].subject or case.subject,
        actor,
        channel=entries[0].channel,
        case_type=case.type,
        service_id=case.service_id,
        participants=list(senders.values()),
    )
    _know_people(
        case, fresh, {(one["kind"], one["value"]) for entry in entries for one in entry.sender.get("proven", ())}
    )
    Entry.objects.filter(pk__in=[entry.pk for entry in entries]).update(case=fresh)
    # The promise runs from when the person wrote, not from when an agent tidied up.
    fresh.opened_at = entries[0].at
    fresh.last_activity_at = max(entry.at for entry in entries)
    fresh.save(update_fields=["opened_at", "last_activity_at"])
    CaseLink.objects.create(case=fresh, other=case, kind=LinkKind.SPLIT, made_by_id=actor.user_id, made_at=clock.now())
    add_event(case, events.SPLIT, actor, {"other": fresh.code, "entries": len(entries)})
    add_event(fresh, events.SPLIT, actor, {"from": case.code, "entries": len(entries)})
    return fresh


def _know_people(case: Case, fresh: Case, proven: set[tuple[str, str]]) -> None:
    """What is known in `case` of those who spoke is known in `fresh`: who they are, and what they proved. The
    identities in `proven`, under which somebody spoke, come along."""
    taken = {(one.kind, one.value): one for one in Participant.objects.filter(case=fresh)}
    for person in Participant.objects.filter(case=case, is_copied=False):
        same = taken.get((person.kind, person.value))
        if same is not None:
            same.contact_id, same.proven_at = person.contact_id, person.proven_at
            same.save(update_fields=["contact", "proven_at"])
        elif (person.kind, person.value) in proven:
            Participant.objects.create(
                case=fresh,
                contact_id=person.contact_id,
                kind=person.kind,
                value=person.value,
                name=person.name,
                proven_at=person.proven_at,
            )
