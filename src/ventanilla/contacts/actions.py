"""Makes contacts, merges them on somebody's word, and undoes a merge."""

from collections.abc import Sequence

from django.db import connection, transaction
from django.utils.translation import gettext as _

from ventanilla.contacts import events, queries
from ventanilla.contacts.models import AddressProof, Contact, ContactAddress, ContactMerge
from ventanilla.contacts.proofs import GOOD_FOR, digest_of, new_token
from ventanilla.journal.actions import NewFact, record
from ventanilla.journal.actors import Actor
from ventanilla.kit import bulk, clock
from ventanilla.messages.contract import Address

NAME_LIMIT = 200
MEETING_LOCK = 0x56_55
"""First key of the advisory lock that lets one transaction of a body meet new people at a time: an agent may write to
somebody in the very moment when her first message is filed."""


class MergeRefused(Exception):
    """The two contacts cannot be merged, or the merge not undone; the message is for the screen."""


def identify(body_id: int, senders: Sequence[Address]) -> list[Contact]:
    """The standing contact of each sender, made when the address is new.

    The batch costs one statement when everybody is known, and six at most.

    A name is a claim: the first one is kept as the contact's name, later ones never change it.
    """
    found = queries.known(body_id, senders)
    unknown = [sender for sender in senders if (sender.kind, sender.value) not in found]
    if unknown:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [MEETING_LOCK, body_id])
        # Somebody else may have met them while we waited.
        found |= queries.known(body_id, unknown)
    fresh: dict[tuple[str, str], Contact] = {}
    now = clock.now()
    for sender in unknown:
        key = (sender.kind, sender.value)
        if key not in found and key not in fresh:
            fresh[key] = Contact(public_body_id=body_id, name=sender.name[:NAME_LIMIT], created_at=now)
    if fresh:
        bulk.insert(Contact, fresh.values())
        bulk.insert(
            ContactAddress,
            [
                ContactAddress(public_body_id=body_id, contact=contact, kind=kind, value=value)
                for (kind, value), contact in fresh.items()
            ],
        )
    return [
        fresh.get((sender.kind, sender.value)) or _standing(found[sender.kind, sender.value].contact)
        for sender in senders
    ]


def _standing(contact: Contact) -> Contact:
    return contact.merged_into or contact


@transaction.atomic
def merge(kept_id: int, merged_id: int, actor: Actor) -> ContactMerge:
    """Let `kept` stand for `merged` too. Raises MergeRefused. Emits contacts.merged."""
    rows = {
        contact.pk: contact
        for contact in Contact.objects.select_for_update(of=("self",))
        .filter(pk__in=[kept_id, merged_id])
        .order_by("pk")
    }
    kept, merged = rows.get(kept_id), rows.get(merged_id)
    if kept is None or merged is None:
        raise MergeRefused(_("Uno de los dos contactos no existe."))
    if kept.pk == merged.pk:
        raise MergeRefused(_("Elegí dos contactos distintos."))
    if kept.public_body_id != merged.public_body_id:
        raise MergeRefused(_("Los dos contactos tienen que ser del mismo organismo."))
    if kept.merged_into_id or merged.merged_into_id:
        raise MergeRefused(_("Uno de los dos ya está unido a otro contacto."))
    moved = list(Contact.objects.filter(merged_into=merged).values_list("pk", flat=True))
    Contact.objects.filter(pk__in=[merged.pk, *moved]).update(merged_into=kept)
    row = ContactMerge(
        public_body_id=kept.public_body_id,
        kept=kept,
        merged=merged,
        also_moved_ids=moved,
        merged_by_id=actor.user_id or 0,
        merged_at=clock.now(),
    )
    row.save()
    record(
        NewFact(
            events.MERGED,
            kept.public_body_id,
            actor,
            details={"kept_id": kept.pk, "merged_id": merged.pk, "merge_id": row.pk},
        )
    )
    return row


@transaction.atomic
def undo_merge(merge_id: int, actor: Actor) -> ContactMerge:
    """Take the pointer away, newest merge first. Raises MergeRefused. Emits contacts.unmerged."""
    row: ContactMerge | None = (
        ContactMerge.objects.select_for_update(of=("self",)).filter(pk=merge_id, undone_at__isnull=True).first()
    )
    if row is None:
        raise MergeRefused(_("Esa unión no existe o ya se deshizo."))
    if Contact.objects.filter(pk=row.kept_id, merged_into__isnull=False).exists():
        raise MergeRefused(_("Primero deshacé la unión posterior."))
    Contact.objects.filter(pk=row.merged_id).update(merged_into=None)
    Contact.objects.filter(pk__in=row.also_moved_ids).update(merged_into=row.merged_id)
    row.undone_by_id = actor.user_id or 0
    row.undone_at = clock.now()
    row.save()
    record(
        NewFact(
            events.UNMERGED,
            row.public_body_id,
            actor,
            details={"kept_id": row.kept_id, "merged_id": row.merged_id, "merge_id": row.pk},
        )
    )
    return row


def mark_undeliverable(kind: str, value: str, is_undeliverable: bool = True) -> None:
    """A permanent bounce came back from this address, or a message arrived from it after all."""
    ContactAddress.objects.filter(kind=kind, value=value).update(is_undeliverable=is_undeliverable)


def mark_reached(senders: Sequence[Address]) -> None:
    """They wrote to us: their addresses work after all."""
    values = {sender.value for sender in senders}
    if values:
        ContactAddress.objects.filter(value__in=values, is_undeliverable=True).update(is_undeliverable=False)


def rename(contact_id: int, name: str) -> None:
    Contact.objects.filter(pk=contact_id).update(name=name.strip()[:NAME_LIMIT])


def begin_proof(body_id: int, address: Address) -> str:
    """What to put into a link for that address alone; good once, for half an hour."""
    token = new_token()
    AddressProof.objects.create(
        public_body_id=body_id,
        digest=digest_of(token),
        kind=address.kind,
        value=address.value,
        expires_at=clock.now() + GOOD_FOR,
    )
    return token


@transaction.atomic
def finish_proof(body_id: int, token: str) -> Address | None:
    """The address that the link was mailed to; None when it is none of ours, was used or is too old.

    Emits contacts.proven.
    """
    good = AddressProof.objects.filter(
        public_body_id=body_id, digest=digest_of(token), used_at=None, expires_at__gt=clock.now()
    )
    proof = good.select_for_update(of=("self",)).first()
    if proof is None:
        return None
    proof.used_at = clock.now()
    proof.save(update_fields=["used_at"])
    ContactAddress.objects.filter(public_body_id=body_id, kind=proof.kind, value=proof.value).update(is_verified=True)
    record(NewFact(events.PROVEN, body_id, details={"proof_id": proof.pk, "address_kind": proof.kind}))
    return Address(proof.kind, proof.value)


def forget_old_proofs() -> int:
    """Delete links that are good for nothing any more, of every body; how many."""
    count, _by_model = AddressProof.unscoped.filter(expires_at__lt=clock.now()).delete()
    return count
