"""Files go to storage before the transaction that names them."""

from collections.abc import Iterable
from datetime import datetime

import structlog
from django.db.models import F

from ventanilla.cases.filing import SCAN_ATTEMPTS, StoredFile
from ventanilla.cases.models import Case, Entry, EntryFile
from ventanilla.kit import clamd, file_types, storage
from ventanilla.kit.clamd import Scan
from ventanilla.messages.contract import Attachment

logger = structlog.get_logger(__name__)

NAME_LIMIT = 255
MEDIA_TYPE_LIMIT = 127


def store_files(attachments: Iterable[Attachment], at: datetime) -> list[StoredFile]:
    """Have the bytes analysed where ClamAV is configured, and write them under unguessable names.

    Call it outside any transaction: storage and daemon may be across a network.
    """
    return [_stored(attachment, at) for attachment in attachments]


def _stored(attachment: Attachment, at: datetime) -> StoredFile:
    result = clamd.scan(attachment.content)
    if result.problem:
        logger.warning("scan_failed", problem=result.problem)
    return StoredFile(
        name=attachment.name[:NAME_LIMIT],
        media_type=attachment.media_type[:MEDIA_TYPE_LIMIT],
        size_bytes=attachment.size_bytes,
        storage_name=storage.store("entries", attachment.content, at),
        content_id=attachment.content_id[:998],
        concern=file_types.concern(attachment.name, attachment.media_type, attachment.content),
        scan=result.scan,
        scan_signature=result.signature,
    )


def file_row(entry: Entry, file: StoredFile) -> EntryFile:
    """A stored file in its entry's place; not written yet."""
    return EntryFile(
        entry=entry,
        name=file.name,
        media_type=file.media_type,
        size_bytes=file.size_bytes,
        storage_name=file.storage_name,
        content_id=file.content_id,
        concern=file.concern,
        scan=file.scan,
        scan_signature=file.scan_signature,
        scan_attempts=1 if file.scan is Scan.FAILED else 0,
    )


def note_scan(file_id: int, result: clamd.Result) -> None:
    """Keep what the daemon says of a file whose analysis had failed; when it fails again, count it."""
    files = EntryFile.objects.filter(pk=file_id, scan=Scan.FAILED, entry__case__in=Case.objects.all())
    if result.scan is Scan.FAILED:
        # Too large today is too large tomorrow.
        is_final = result.problem == clamd.SIZE_LIMIT
        files.update(scan_attempts=SCAN_ATTEMPTS if is_final else F("scan_attempts") + 1)
        return
    files.update(scan=result.scan, scan_signature=result.signature)
