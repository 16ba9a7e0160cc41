"""Files and the virus scanner: what staff send is refused, what failed is tried again.

What comes in is analysed where it is stored (cases.store_files); an infected file is kept for whoever must look into
it, but handed out by no door.
"""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from ventanilla.cases import actions as cases
from ventanilla.cases import queries as case_queries
from ventanilla.cases.filing import StoredFile
from ventanilla.flow.errors import Refused
from ventanilla.kit import clamd, storage
from ventanilla.kit.clamd import Scan
from ventanilla.messages.contract import Attachment
from ventanilla.organisation import queries as organisation
from ventanilla.organisation.scoping import scope

BATCH = 50


def store_clean(files: Sequence[Attachment], at: datetime) -> list[StoredFile]:
    """Store what staff attach, outside any transaction. Raises Refused when one has a virus, and then keeps nothing."""
    stored = cases.store_files(files, at)
    infected = [file for file in stored if file.scan is Scan.INFECTED]
    if infected:
        for file in stored:
            storage.remove(file.storage_name)
        raise Refused(
            _("«%(name)s» contiene un virus (%(signature)s) y no se adjuntó.")
            % {"name": infected[0].name, "signature": infected[0].scan_signature}
        )
    return stored


def rescan() -> int:
    """Analyse again what the daemon could not be asked about; how many files there were."""
    if not clamd.is_configured() or not clamd.is_answering():
        return 0
    with scope(body.pk for body in organisation.bodies()):
        waiting = case_queries.files_to_scan(BATCH)
        for file in waiting:
            try:
                content = storage.load(file.storage_name)
            except FileNotFoundError:
                cases.note_scan(file.pk, clamd.Result(Scan.FAILED, problem=clamd.SIZE_LIMIT))
                continue
            cases.note_scan(file.pk, clamd.scan(content))
        return len(waiting)
