"""Cases, participants, entries, files, links."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from ventanilla.accounts.models import User
from ventanilla.catalogue.models import Service
from ventanilla.contacts.models import Contact
from ventanilla.intake.models import ChannelAccount, InboundDelivery
from ventanilla.kit.clamd import Scan
from ventanilla.organisation.scoping import Owned


class CaseType(models.TextChoices):
    """Source: domain.md, glossary and seed."""

    INFORMATION = "information", _("consulta")
    COMPLAINT = "complaint", _("queja")
    CLAIM = "claim", _("reclamo")
    SUGGESTION = "suggestion", _("sugerencia")
    THANKS = "thanks", _("felicitación")


class CaseState(models.TextChoices):
    OPEN = "open", _("abierta")
    WAITING_CITIZEN = "waiting_citizen", _("esperando a la persona")
    CLOSED = "closed", _("cerrada")


class Case(Owned):
    """One matter, whichever and however many channels it came through.

    Source: Ley 19.355 art. 74 (no channel excludes another), hence no `channel` field here: it belongs to each entry.
    """

    code = models.CharField(max_length=9, unique=True)
    """Made from the primary key (messages.codes), which the database's sequence gives (lessons.md 28)."""
    type = models.CharField(max_length=15, choices=CaseType, default=CaseType.INFORMATION)
    state = models.CharField(max_length=15, choices=CaseState, default=CaseState.OPEN)
    subject = models.CharField(max_length=300)
    contact = models.ForeignKey(Contact, null=True, on_delete=models.PROTECT, related_name="+")
    service = models.ForeignKey(Service, null=True, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    last_activity_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    merged_into = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    """The case that continues this one; a merged case is closed and its entries stand in the other."""
    key_version = models.PositiveSmallIntegerField(default=0)
    """Grows when the person asks for new keys: those that were given before open nothing any more."""

    class Meta(Owned.Meta):
        indexes = [models.Index(fields=["contact", "-last_activity_at"], name="case_of_contact")]

    def __str__(self) -> str:
        return self.code


class Participant(models.Model):
    """An address that may add to the case: whoever opened it, and those whom she or an agent put in copy."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="participants")
    contact = models.ForeignKey(Contact, null=True, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20)
    value = models.CharField(max_length=320)
    name = models.CharField(max_length=200, blank=True)
    is_copied = models.BooleanField(default=False)
    proven_at = models.DateTimeField(null=True)
    """Since when we know that whoever takes part holds the address: she opened what was mailed there, answered it, or
    signed in (lessons.md 18). Until then it is a claim."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "kind", "value"], name="participant_once")]
        indexes = [models.Index(fields=["kind", "value"], name="participant_address")]


class EntryKind(models.TextChoices):
    MESSAGE = "message", _("mensaje")
    NOTE = "note", _("nota interna")
    EVENT = "event", _("suceso")


class Direction(models.TextChoices):
    IN = "in", _("entrante")
    OUT = "out", _("saliente")
    NONE = "none", _("interna")


class Entry(Owned):
    """One line of the timeline: a message, a note of the staff, or an event of the case's life (`event` names it)."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="entries")
    kind = models.CharField(max_length=10, choices=EntryKind)
    direction = models.CharField(max_length=4, choices=Direction, default=Direction.NONE)
    channel = models.CharField(max_length=30, blank=True)
    account = models.ForeignKey(ChannelAccount, null=True, on_delete=models.PROTECT, related_name="+")
    contact = models.ForeignKey(Contact, null=True, on_delete=models.PROTECT, related_name="+")
    """Who said it, when a person did."""
    author = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    """Who wrote it, when a member of staff did; both are None when the house did."""
    at = models.DateTimeField()
    """When the house received or wrote it; orders the timeline."""
    sent_at = models.DateTimeField(null=True)
    """When the sender says that it was sent."""
    subject = models.CharField(max_length=300, blank=True)
    text = models.TextField(blank=True)
    full_text = models.TextField(blank=True)
    """With quotation and signature; "" when `text` is the whole."""
    html = models.TextField(blank=True)
    """Cleaned."""
    external_id = models.CharField(max_length=998, blank=True)
    """The provider's id (an e-mail's Message-ID without brackets). RFC 5322 limits a line to 998 characters."""
    fingerprint = models.CharField(max_length=64, blank=True)
    in_reply_to = models.CharField(max_length=998, blank=True)
    references = models.JSONField(default=list)
    sender = models.JSONField(default=dict)
    """{kind, value, name} as claimed."""
    recipients = models.JSONField(default=list)
    """[{kind, value, name, is_copied}]."""
    is_automatic = models.BooleanField(default=False)
    event = models.CharField(max_length=40, blank=True)
    """For events: a name of cases/events.py."""
    facts = models.JSONField(default=dict)
    """Channel facts for messages; ids, codes and instants for events."""
    delivery = models.ForeignKey(InboundDelivery, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta(Owned.Meta):
        indexes = [
            models.Index(fields=["case", "at", "id"], name="entry_timeline"),
            models.Index(
                fields=["public_body", "external_id"], condition=~models.Q(external_id=""), name="entry_external_id"
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["public_body", "channel", "external_id", "fingerprint"],
                condition=~models.Q(external_id=""),
                name="entry_message_once",
            )
        ]


class EntryFile(models.Model):
    """A file of an entry, stored under a name that nobody can guess."""

    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="files")
    name = models.CharField(max_length=255)
    media_type = models.CharField(max_length=127)
    """What the sender claims."""
    size_bytes = models.BigIntegerField()
    storage_name = models.CharField(max_length=200)
    content_id = models.CharField(max_length=998, blank=True)
    concern = models.CharField(max_length=10, blank=True)
    """What is odd about name and content (kit.file_types.Concern); "" when nothing is."""
    scan = models.CharField(max_length=11, choices=[(one.value, one.value) for one in Scan], default=Scan.NOT_SCANNED)
    scan_signature = models.CharField(max_length=200, blank=True)
    """The name of what was found in an infected file. Such a file is kept and never handed out."""
    scan_attempts = models.PositiveSmallIntegerField(default=0)
    """How often the analysis failed."""

    class Meta:
        indexes = [models.Index(fields=["id"], condition=models.Q(scan="failed"), name="file_scan_failed")]


class LinkKind(models.TextChoices):
    RELATED = "related", _("relacionada")
    QUOTED = "quoted", _("cita el código de")
    SPLIT = "split", _("separada de")
    MERGED = "merged", _("continúa en")


class CaseLink(models.Model):
    """Two cases that have to do with each other; `is_reviewed` is False while an agent still must look (lessons.md
    3)."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="links")
    other = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="linked_from")
    kind = models.CharField(max_length=10, choices=LinkKind)
    made_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    is_reviewed = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "other", "kind"], name="link_once"),
            models.CheckConstraint(condition=~models.Q(case=models.F("other")), name="link_two_cases"),
        ]


class Draft(models.Model):
    """What an agent was writing; it survives the browser."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="+")
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=[("reply", "reply"), ("note", "note"), ("forward", "forward")])
    text = models.TextField()
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "author", "kind"], name="draft_once")]


class IncidentState(models.TextChoices):
    OPEN = "open", _("abierto")
    CLOSED = "closed", _("cerrado")


class Incident(Owned):
    """One thing that happened and that many people wrote about; each of them keeps her own case, code and channel."""

    title = models.CharField(_("título"), max_length=200)
    text = models.TextField(_("qué pasó"), blank=True)
    """For staff: what is known of it so far. People never read it."""
    state = models.CharField(max_length=10, choices=IncidentState, default=IncidentState.OPEN)
    opened_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    closed_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True)

    class Meta(Owned.Meta):
        verbose_name = _("incidente")
        verbose_name_plural = _("incidentes")
        indexes = [models.Index(fields=["public_body", "state", "-opened_at"], name="incident_listed")]

    def __str__(self) -> str:
        return self.title


class IncidentCase(models.Model):
    """A case that is about the incident; of one incident at most, or its person would be answered twice."""

    case = models.OneToOneField(Case, primary_key=True, on_delete=models.CASCADE, related_name="incident_link")
    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="cases")
    linked_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    linked_at = models.DateTimeField()


class Batch(Owned):
    """One thing to do to many cases, as somebody asked for it; each case of it is done, or refused, by itself.

    `kind` and `wish` are flow's words (flow.bulk); ids in `wish` are plain numbers, for cases knows no agents.
    """

    kind = models.CharField(max_length=20)
    wish = models.JSONField(default=dict)
    text = models.TextField(blank=True)
    """The answer to all, or the note."""
    incident = models.ForeignKey(Incident, null=True, on_delete=models.PROTECT, related_name="+")
    made_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta(Owned.Meta):
        indexes = [
            models.Index(fields=["incident", "-made_at"], condition=models.Q(incident__isnull=False), name="batch_of"),
            models.Index(fields=["made_at"], condition=models.Q(finished_at__isnull=True), name="batch_unfinished"),
        ]


class BatchState(models.TextChoices):
    WAITING = "waiting", _("falta")
    DONE = "done", _("hecha")
    REFUSED = "refused", _("no se pudo")


class BatchCase(models.Model):
    """One case of a batch. Its state changes in the transaction of what is done to the case, so that a run that dies
    in the middle, or runs twice, does nothing twice."""

    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="cases")
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="+")
    state = models.CharField(max_length=10, choices=BatchState, default=BatchState.WAITING)
    said = models.CharField(max_length=500, blank=True)
    """Why not, or what became of it."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["batch", "case"], name="batch_case_once")]
        indexes = [models.Index(fields=["batch", "id"], condition=models.Q(state="waiting"), name="batch_case_waiting")]
