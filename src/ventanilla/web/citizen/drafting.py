"""The request that a person is writing: her words in the server's session, her files in storage under `drafts/`.

Nothing of it is anywhere else until she sends it; other browsers have no address for it.
"""

import secrets
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest

from ventanilla.flow.portal import DRAFTS_FOLDER, new_request_id
from ventanilla.kit import clock, storage
from ventanilla.messages import documents
from ventanilla.messages.contract import Attachment
from ventanilla.web.citizen.session import IDLE_MAX
from ventanilla.web.citizen.session import proven as proven_at

if TYPE_CHECKING:
    from ventanilla.organisation.models import PublicBody

_PLACE = "citizen_request"
MARK = "borrador"
"""The field of each page that says which draft it is of."""
_CEDULA_IDENTITY = "uy-ci-"


class FileGone(Exception):
    """A file of the draft is no longer kept: it waited for more than a day, or the draft was filed meanwhile."""

    def __init__(self, file: "DraftFile") -> None:
        super().__init__(file.id)
        self.file = file


@dataclass(frozen=True, slots=True)
class DraftFile:
    """`id` is known to this browser alone; `stored_as` is the name in storage, which no page shows."""

    id: str
    name: str
    media_type: str
    size_bytes: int
    stored_as: str


@dataclass(slots=True)
class Draft:
    """`answers` are by name of the forms' fields, good or not; `tried` the steps that she tried to leave by going on.
    `problems` and `said` wait for the next page, which shows them once. `is_trapped`: a field that people do not see
    was filled in."""

    request_id: str
    body_id: int
    started_at: datetime
    used_at: datetime
    answers: dict[str, Any] = field(default_factory=dict)
    tried: list[str] = field(default_factory=list)
    files: list[DraftFile] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    said: str = ""
    is_trapped: bool = False

    @property
    def size_bytes(self) -> int:
        return sum(file.size_bytes for file in self.files)

    @property
    def mark(self) -> str:
        """Tells this draft's pages from those of another, without giving away the request's id."""
        return sha256(self.request_id.encode()).hexdigest()[:16]

    def seconds_to_fill(self) -> float:
        return (clock.now() - self.started_at).total_seconds()

    def add_file(self, name: str, media_type: str, content: bytes) -> DraftFile:
        kept = DraftFile(
            secrets.token_hex(8), name, media_type, len(content), storage.store(DRAFTS_FOLDER, content, clock.now())
        )
        self.files.append(kept)
        return kept

    def drop_file(self, file_id: str) -> DraftFile | None:
        """Without it from now on; None when there is no such file here."""
        found = next((file for file in self.files if file.id == file_id), None)
        if found is not None:
            self.files.remove(found)
            storage.remove(found.stored_as)
        return found

    def attachments(self) -> list[Attachment]:
        """With their bytes. Raises FileGone."""
        return [Attachment(file.name, file.media_type, _content(file)) for file in self.files]


def begin(request: HttpRequest, body: "PublicBody", **answers: str) -> Draft:
    """A new draft in place of any other, with what this browser has proven of the person filled in."""
    discard(request)
    known = {**_known(request), **{name: value for name, value in answers.items() if value}}
    draft = Draft(new_request_id(), body.pk, clock.now(), clock.now(), answers=known)
    keep(request, draft)
    return draft


def draft_of(request: HttpRequest, body: "PublicBody") -> Draft | None:
    """This browser's draft for that body, if it began one and has not sent it.

    One that was left alone is shown to nobody, since the browser may be a library's; only whoever still has a page of
    it before her goes on by sending it.
    """
    draft = _read(request.session.get(_PLACE))
    if draft is None or draft.body_id != body.pk:
        return None
    is_idle = clock.now() - draft.used_at > IDLE_MAX
    return None if is_idle and request.POST.get(MARK) != draft.mark else draft


def keep(request: HttpRequest, draft: Draft) -> None:
    draft.used_at = clock.now()
    request.session[_PLACE] = {
        **asdict(draft),
        "started_at": draft.started_at.isoformat(),
        "used_at": draft.used_at.isoformat(),
    }


def take_told(request: HttpRequest, draft: Draft) -> tuple[list[str], str]:
    """What the page has to tell, problems and news; the next one will not."""
    told = draft.problems, draft.said
    if any(told):
        draft.problems, draft.said = [], ""
        keep(request, draft)
    return told


def forget(request: HttpRequest) -> None:
    """The session no longer holds a draft; its files are the caller's."""
    request.session.pop(_PLACE, None)


def discard(request: HttpRequest) -> None:
    """The draft and its files are gone."""
    draft = _read(request.session.get(_PLACE))
    forget(request)
    if draft is not None:
        remove_files(draft.files)


def end(request: HttpRequest, draft: Draft) -> None:
    """It was sent. What the session holds by now is stored before the files go: a second click that finds them gone
    finds the receipt."""
    forget(request)
    session = request.session
    session.save()
    remove_files(draft.files)


def remove_files(files: Iterable[DraftFile]) -> None:
    for file in files:
        storage.remove(file.stored_as)


def _read(kept: Any) -> Draft | None:
    if not kept:
        return None
    return Draft(
        **{
            **kept,
            "started_at": datetime.fromisoformat(kept["started_at"]),
            "used_at": datetime.fromisoformat(kept["used_at"]),
            "files": [DraftFile(**file) for file in kept["files"]],
        }
    )


def _content(file: DraftFile) -> bytes:
    try:
        return storage.load(file.stored_as)
    except FileNotFoundError as problem:
        raise FileGone(file) from problem


def _known(request: HttpRequest) -> dict[str, str]:
    proven = proven_at(request)
    known = {"name": proven.name}
    for identity in proven.identities:
        if identity.kind == "email":
            known["email"] = identity.value
        elif identity.value.startswith(_CEDULA_IDENTITY):
            known["document"] = _shown(identity.value.removeprefix(_CEDULA_IDENTITY))
    return {name: value for name, value in known.items() if value}


def _shown(number: str) -> str:
    try:
        return documents.cedula(number).shown
    except documents.NotADocument:
        return ""
