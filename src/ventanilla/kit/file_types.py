"""What people may upload, told by the name and by the content. Pure: bytes in, verdict out.

Nothing else decides: what a browser says of a file's type is what its sender says. The lists are short on purpose; a
type that somebody misses is one line more. Signatures: each format's own specification.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from io import BytesIO
from zipfile import BadZipFile, ZipFile

from django.utils.translation import gettext as _

Test = Callable[[bytes], bool]

MEMBERS_MAX = 20_000
HEAD_BYTES = 4096
"""As far as browsers look for markup or a signature, and more."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a file may come in. `media_type` is what it really is; `reason` is Spanish, for whoever sent it."""

    is_allowed: bool
    media_type: str
    reason: str = ""


class Concern(StrEnum):
    """PROGRAM: it is one, whatever its name; RUNS: opening it may run one; PAGE: may imitate a site; DISGUISED: the
    content is not what the name says."""

    NONE = ""
    PROGRAM = "program"
    RUNS = "runs"
    PAGE = "page"
    DISGUISED = "disguised"


def check(name: str, media_type: str, content: bytes) -> Verdict:
    """Judge a file that a person uploads. `media_type` as its sender claims: believed in nothing but a refusal."""
    extension = extension_of(name)
    kind = KINDS.get(extension)
    if is_executable(content):
        return _refused(_("«%(name)s» es un programa, y no recibimos programas."), name)
    if kind is None:
        return _refused(
            _("No recibimos archivos como «%(name)s». Podés mandar documentos, imágenes, audio o video."), name
        )
    if not content:
        return _refused(_("«%(name)s» está vacío. Fijate si es el archivo que querías mandar."), name)
    real = _real(kind, content)
    if real is None:
        return _refused(_("«%(name)s» no es lo que su nombre dice. Abrilo, guardalo de nuevo y probá otra vez."), name)
    if media_type.partition(";")[0].strip().lower() in ACTIVE_TYPES:
        return _refused(_("No recibimos páginas web ni programas, como «%(name)s»."), name)
    return Verdict(True, real.media_type)


def concern(name: str, media_type: str, content: bytes) -> "Concern":
    """What staff should know of a file that came by mail, which nobody refuses."""
    extension = extension_of(name)
    if is_executable(content):
        return Concern.PROGRAM
    if extension in RUN_EXTENSIONS or _has_macros(extension, content):
        return Concern.RUNS
    if extension in MARKUP_EXTENSIONS or media_type.lower() in ACTIVE_TYPES:
        return Concern.PAGE
    kind = KINDS.get(extension)
    if kind is not None and content and _real(kind, content) is None:
        return Concern.DISGUISED
    return Concern.NONE


def _real(kind: "Kind", content: bytes) -> "Kind | None":
    """The kind, or its relative: telephones and mail programs call a JPEG .png, and nobody is harmed."""
    if kind.fits(content):
        return kind
    family = kind.media_type.partition("/")[0]
    if family not in ("image", "audio", "video"):
        return None
    return next(
        (other for other in KINDS.values() if other.media_type.startswith(family) and other.fits(content)), None
    )


def extension_of(name: str) -> str:
    """In small letters, "" when there is none. Spaces and dots at the end are dropped, as Windows does."""
    name = name.rstrip(". \t").lower()
    return name.rpartition(".")[2].strip() if "." in name else ""


def is_executable(content: bytes) -> bool:
    """A program of any system, a script with its interpreter, or an installer, whatever it is called."""
    if content[:2] == b"MZ" and b"\x00" in content[:64]:
        return True
    if content[:2] == b"#!" and content[:5] != b"#!AMR":
        return True
    return content.startswith(
        (
            b"\x7fELF",
            b"\xca\xfe\xba\xbe",  # Java class, fat Mach-O
            b"\xfe\xed\xfa\xce",
            b"\xfe\xed\xfa\xcf",
            b"\xce\xfa\xed\xfe",
            b"\xcf\xfa\xed\xfe",
            b"dex\n",
            b"\x00asm",
            b"L\x00\x00\x00\x01\x14\x02\x00",  # Windows shortcut
            b"MSCF",
        )
    )


def _refused(sentence: str, name: str) -> Verdict:
    return Verdict(False, "application/octet-stream", sentence % {"name": name[-80:] or _("archivo")})


@dataclass(frozen=True, slots=True)
class Kind:
    """One allowed type: what it really is, and how its content is known."""

    media_type: str
    fits: Test


def _begins(*signatures: bytes) -> Test:
    return lambda content: content.startswith(signatures)


def _riff(form: bytes) -> Test:
    return lambda content: content[:4] == b"RIFF" and content[8:12] == form


def _iso(*brands: bytes) -> Test:
    """ISO base media (MP4, HEIC…): the box `ftyp` names a family."""
    return lambda content: content[4:8] == b"ftyp" and content[8:12].startswith(brands)


def _is_pdf(content: bytes) -> bool:
    # Readers accept rubbish before it; a page or a program before it is a disguise.
    return b"%PDF-" in content[:1024] and not _is_markup(content[: content.find(b"%PDF-")])


_MARKUP = re.compile(
    rb"<(?:!doctype\s+html|html|head|body|script|iframe|object|embed|svg|meta|link|style)\b", re.IGNORECASE
)


def _is_markup(content: bytes) -> bool:
    return _MARKUP.search(content[:HEAD_BYTES].replace(b"\x00", b"")) is not None


def _is_text(content: bytes) -> bool:
    """Letters in any usual encoding, and no page: a text file that is one would be drawn as one by old programs."""
    head = content[:HEAD_BYTES]
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return not _is_markup(head)
    return not any(byte < 9 or 13 < byte < 27 or 27 < byte < 32 for byte in head) and not _is_markup(head)


def _members(content: bytes) -> frozenset[str]:
    """The names inside; none for what is no archive, or lists so many that reading them would be the attack."""
    if content.count(b"PK\x01\x02") > MEMBERS_MAX:
        return frozenset()
    try:
        with ZipFile(BytesIO(content)) as archive:
            return frozenset(archive.namelist())
    # The library says NotImplementedError of an archive that asks for a newer version of ZIP than it reads.
    except (BadZipFile, ValueError, NotImplementedError, OSError):
        return frozenset()


def _office(folder: str) -> Test:
    def fits(content: bytes) -> bool:
        members = _members(content)
        has_macros = any(member.lower().endswith("vbaproject.bin") for member in members)
        return "[Content_Types].xml" in members and any(m.startswith(folder) for m in members) and not has_macros

    return fits


def _open_document(media_type: bytes) -> Test:
    def fits(content: bytes) -> bool:
        # The first member is `mimetype`, stored as it is (OpenDocument 1.2, part 3, 3.3).
        return content[:4] == b"PK\x03\x04" and content[30:38] == b"mimetype" and content[38:].startswith(media_type)

    return fits


def _is_harmless_zip(content: bytes) -> bool:
    members = _members(content)
    return bool(members) and not any(extension_of(member) in RUN_EXTENSIONS for member in members)


_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLE_MACROS = "_VBA_PROJECT".encode("utf-16-le")


def _has_macros(extension: str, content: bytes) -> bool:
    if content.startswith(_OLE):
        return _OLE_MACROS in content
    if extension in ("docx", "xlsx", "pptx", "docm", "xlsm", "pptm", "zip"):
        return any(member.lower().endswith("vbaproject.bin") for member in _members(content))
    return False


def _is_old_office(content: bytes) -> bool:
    return content.startswith(_OLE) and _OLE_MACROS not in content


_OPENXML = "application/vnd.openxmlformats-officedocument."
_ODF = "application/vnd.oasis.opendocument."

KINDS: dict[str, Kind] = {
    "pdf": Kind("application/pdf", _is_pdf),
    "jpg": Kind("image/jpeg", _begins(b"\xff\xd8\xff")),
    "jpeg": Kind("image/jpeg", _begins(b"\xff\xd8\xff")),
    "png": Kind("image/png", _begins(b"\x89PNG\r\n\x1a\n")),
    "gif": Kind("image/gif", _begins(b"GIF87a", b"GIF89a")),
    "webp": Kind("image/webp", _riff(b"WEBP")),
    "bmp": Kind("image/bmp", _begins(b"BM")),
    "tif": Kind("image/tiff", _begins(b"II*\x00", b"MM\x00*")),
    "tiff": Kind("image/tiff", _begins(b"II*\x00", b"MM\x00*")),
    "heic": Kind("image/heic", _iso(b"heic", b"heix", b"heim", b"heis", b"mif1", b"msf1", b"hevc")),
    "heif": Kind("image/heif", _iso(b"heic", b"heix", b"mif1", b"msf1", b"hevc")),
    "avif": Kind("image/avif", _iso(b"avif", b"avis", b"mif1")),
    "docx": Kind(_OPENXML + "wordprocessingml.document", _office("word/")),
    "xlsx": Kind(_OPENXML + "spreadsheetml.sheet", _office("xl/")),
    "pptx": Kind(_OPENXML + "presentationml.presentation", _office("ppt/")),
    "doc": Kind("application/msword", _is_old_office),
    "xls": Kind("application/vnd.ms-excel", _is_old_office),
    "ppt": Kind("application/vnd.ms-powerpoint", _is_old_office),
    "odt": Kind(_ODF + "text", _open_document(b"application/vnd.oasis.opendocument.text")),
    "ods": Kind(_ODF + "spreadsheet", _open_document(b"application/vnd.oasis.opendocument.spreadsheet")),
    "odp": Kind(_ODF + "presentation", _open_document(b"application/vnd.oasis.opendocument.presentation")),
    "rtf": Kind("application/rtf", _begins(b"{\\rtf")),
    "txt": Kind("text/plain", _is_text),
    "csv": Kind("text/csv", _is_text),
    "zip": Kind("application/zip", _is_harmless_zip),
    "mp3": Kind(
        "audio/mpeg", lambda content: content[:3] == b"ID3" or (content[:1] == b"\xff" and content[1:2] >= b"\xe0")
    ),
    "m4a": Kind("audio/mp4", _iso(b"M4A", b"mp4", b"isom", b"dash")),
    "ogg": Kind("audio/ogg", _begins(b"OggS")),
    "opus": Kind("audio/ogg", _begins(b"OggS")),
    "wav": Kind("audio/wav", _riff(b"WAVE")),
    "amr": Kind("audio/amr", _begins(b"#!AMR")),
    "mp4": Kind("video/mp4", _iso(b"mp4", b"isom", b"iso", b"avc1", b"M4V", b"MSNV", b"dash", b"qt")),
    "mov": Kind("video/quicktime", _iso(b"qt", b"mp4", b"isom")),
    "3gp": Kind("video/3gpp", _iso(b"3gp", b"3g2", b"isom", b"mp4")),
    "webm": Kind("video/webm", _begins(b"\x1a\x45\xdf\xa3")),
}
ACCEPT = ",".join(f".{extension}" for extension in KINDS)
"""For the `accept` of a file input."""

ACTIVE_TYPES = frozenset(
    {
        *("text/html", "application/xhtml+xml", "image/svg+xml", "text/xml", "application/xml", "application/hta"),
        *("text/javascript", "application/javascript", "application/x-javascript", "application/x-sh"),
        *("application/x-msdownload", "application/x-msdos-program", "application/java-archive"),
    }
)
MARKUP_EXTENSIONS = frozenset({"html", "htm", "xhtml", "xht", "shtml", "mht", "mhtml", "svg", "svgz", "xml"})
RUN_EXTENSIONS = frozenset(
    {
        *("exe", "com", "scr", "pif", "bat", "cmd", "ps1", "psm1", "vbs", "vbe", "js", "jse", "mjs", "wsf"),
        *("wsh", "hta", "msi", "msp", "msix", "appx", "cpl", "dll", "sys", "lnk", "url", "reg", "inf", "scf"),
        *("jar", "class", "apk", "deb", "rpm", "sh", "bash", "run", "bin", "app", "dmg", "pkg", "command", "elf"),
        *("iso", "img", "vhd", "vhdx", "chm", "hlp", "docm", "dotm", "xlsm", "xltm", "xlam", "pptm", "ppsm", "potm"),
        *("xll", "ade", "adp", "mde", "one", "gadget", "application", "php", "py", "pl", "rb"),
    }
)
"""What a double click may run, on some system; and containers that hide where it came from."""
