"""Files go to storage before the transaction that names them."""

from collections.abc import Iterable
from datetime import datetime

from ventanilla.cases.filing import StoredFile
from ventanilla.kit import storage
from ventanilla.messages.contract import Attachment

NAME_LIMIT = 255
MEDIA_TYPE_LIMIT = 127


def store_files(attachments: Iterable[Attachment], at: datetime) -> list[StoredFile]:
    """Write the bytes under unguessable names. Call it outside any transaction: storage may be across a network."""
    return [
        StoredFile(
            name=attachment.name[:NAME_LIMIT],
            media_type=attachment.media_type[:MEDIA_TYPE_LIMIT],
            size_bytes=attachment.size_bytes,
            storage_name=storage.store("entries", attachment.content, at),
            content_id=attachment.content_id[:998],
        )
        for attachment in attachments
    ]
