"""Who is who."""

from collections.abc import Iterable, Sequence

from django.db.models import Q

from ventanilla.contacts.models import AddressProof, Contact, ContactAddress, ContactMerge
from ventanilla.contacts.proofs import digest_of
from ventanilla.kit import clock
from ventanilla.messages.contract import Address


def by_id(contact_id: int) -> Contact | None:
    """The contact that stands for this one: itself, or the one it was merged into."""
    found: Contact | None = Contact.objects.select_related("merged_into").filter(pk=contact_id).first()
    if found is not None and found.merged_into is not None:
        return found.merged_into
    return found


def family_ids(contact_id: int) -> list[int]:
    """The standing contact first, then those merged into it."""
    root = by_id(contact_id)
    if root is None:
        return []
    return [root.pk, *Contact.objects.filter(merged_into=root).values_list("pk", flat=True)]


def addresses(contact_id: int) -> list[ContactAddress]:
    """Every address of the standing contact and of those merged into it."""
    return list(ContactAddress.objects.filter(contact_id__in=family_ids(contact_id)).order_by("kind", "value"))


def addresses_of(contact_ids: Iterable[int]) -> dict[int, list[ContactAddress]]:
    """The same for many contacts in two queries, by the id that was asked for; those of contacts merged into it
    included."""
    wanted = set(contact_ids)
    standing = {
        pk: merged_into or pk
        for pk, merged_into in Contact.objects.filter(pk__in=wanted).values_list("pk", "merged_into")
    }
    family = Q(contact__in=standing.values()) | Q(contact__merged_into__in=standing.values())
    found: dict[int, list[ContactAddress]] = {}
    for address in ContactAddress.objects.filter(family).select_related("contact").order_by("kind", "value"):
        found.setdefault(address.contact.merged_into_id or address.contact_id, []).append(address)
    return {pk: found.get(root, []) for pk, root in standing.items()}


def names_of(contact_ids: Iterable[int]) -> dict[int, str]:
    """The name of the standing contact behind each id."""
    rows = Contact.objects.filter(pk__in=list(contact_ids)).values_list("pk", "name", "merged_into__name")
    return {pk: name if standing_name is None else standing_name for pk, name, standing_name in rows}


def merges_of(contact_id: int) -> list[ContactMerge]:
    """Merges into this contact that can be undone, newest first."""
    query = ContactMerge.objects.select_related("merged", "kept").filter(kept_id=contact_id, undone_at__isnull=True)
    return list(query.order_by("-merged_at"))


def similar(contact: Contact, limit: int = 10) -> list[Contact]:
    """Standing contacts that may be the same person: same name, or same local part of an address. Only a hint."""
    condition = Q(pk__in=[])
    if contact.name.strip():
        condition |= Q(name__iexact=contact.name.strip())
    for address in addresses(contact.pk):
        if address.kind == "email" and len(local := address.value.split("@")[0]) > 4:
            condition |= Q(addresses__kind="email", addresses__value__startswith=f"{local}@")
    mine = Contact.objects.filter(public_body_id=contact.public_body_id)
    query = mine.filter(condition, merged_into__isnull=True).exclude(pk__in=family_ids(contact.pk))
    return list(query.distinct().order_by("name", "pk")[:limit])


def search(text: str, limit: int = 20) -> list[Contact]:
    """Standing contacts whose name or address contains the text."""
    text = text.strip()
    if not text:
        return []
    query = Contact.objects.filter(
        Q(name__icontains=text) | Q(addresses__value__icontains=text.lower()), merged_into__isnull=True
    )
    return list(query.distinct().order_by("name", "pk")[:limit])


def undeliverable(addresses_wanted: Sequence[Address]) -> set[tuple[str, str]]:
    """Those of the addresses that bounced for good."""
    condition = Q(pk__in=[])
    for address in addresses_wanted:
        condition |= Q(kind=address.kind, value=address.value)
    return set(ContactAddress.objects.filter(condition, is_undeliverable=True).values_list("kind", "value"))


def known(body_id: int, addresses_wanted: Iterable[Address]) -> dict[tuple[str, str], ContactAddress]:
    """The body's stored addresses among those, with their contact and the one it was merged into; one query."""
    values = {address.value for address in addresses_wanted}
    query = ContactAddress.objects.filter(public_body_id=body_id, value__in=values).select_related(
        "contact", "contact__merged_into"
    )
    return {(found.kind, found.value): found for found in query}


def is_proof_good(body_id: int, token: str) -> bool:
    """Whether that link can still be used."""
    good = AddressProof.objects.filter(public_body_id=body_id, used_at=None, expires_at__gt=clock.now())
    return good.filter(digest=digest_of(token)).exists()
