"""Whether a program wrote the mail, so that nothing answers it automatically (RFC 3834)."""

import re

from ventanilla.channels.email.headers import Headers
from ventanilla.channels.email.patterns import alternatives

_ROBOT = re.compile(
    alternatives(r"""
    ^mailer-?daemon
    ^post-?master
    ^no[-_.]?reply
    ^do[-_.]?not[-_.]?reply
    ^n[oã]o?[-_.]?(?:responder|responda|contestar|responde|reply|response)
    ^bounces?
    ^auto[-_.]?(?:reply|responder|respond|matic|mated|matico|confirm)
    ^(?:listserv|majordomo|mailman|daemon|robot|uucp)
    ^symantec_antivirus\w*
    """)
    + r"(?:[+._=-].*)?$|^.{0,40}[._-](?:no-?reply|donotreply|bounces?)$",
    re.IGNORECASE,
)
_SUBJECT = re.compile(
    r"\W{0,4}(?:(?:re|rv|fwd?|aw)\s*:\s*)?\W{0,3}"
    + alternatives(r"""
    (?:respuesta|contestaci[óo]n|mensaje|r[ée]plica) autom[áa]tic[ao]
    auto(?:matic|mated|matisch\w*|matique)?[ -]?(?:reply|response|respuesta|resposta|antwort|r[ée]ponse|responder)\b
    auto(?:reply|response|respuesta)?\s*:
    (?:resposta|mensagem) autom[áa]tica
    r[ée]ponse automatique
    risposta automatica
    automatisch\w* (?:antwort|antwoord)
    automatiskt? svar
    autosvar
    (?:estoy |me encuentro |i am |i'm |am )?(?:currently )?out[ -]of[ -](?:the )?office
    ooo\b
    (?:i am |i'm )?away from (?:the|my) (?:office|mail|desk)
    (?:estoy )?fuera de (?:la )?oficina
    ausente? de (?:la )?oficina
    ausencia (?:temporal|de la oficina|por (?:licencia|vacaciones))
    (?:aviso|mensaje) de ausencia
    (?:estoy|me encuentro) (?:de|en|con) (?:vacaciones|licencia)
    (?:estou|encontro-me) (?:de|em) f[ée]rias
    fora do escrit[óo]rio
    aus[êe]ncia (?:tempor|do escrit)
    aviso de f[ée]rias
    absen(?:ce|t) du bureau
    message d'absence
    abwesenheits
    nicht im b[üu]ro
    fuori (?:sede|ufficio)
    assenza dall
    (?:i am |i'm )?on (?:vacation|holiday|annual leave)\b
    vacation (?:reply|message|notice|auto)
    [^:]{0,30}\b(?:auto-?reply|autoresponder|out of office|respuesta autom[áa]tica|resposta autom[áa]tica)\b
    """),
    re.IGNORECASE,
)
_ANY_OF = (
    "x-autoreply",
    "x-autorespond",
    "x-autoresponder",
    "x-auto-respond",
    "x-autoreply-from",
    "x-mail-autoreply",
    "x-mail-autorespond",
    "x-fc-machinegenerated",
    "x-cron-env",
    "x-vacation",
    "x-amazon-auto-reply",
    "x-failed-recipients",
    "x-loop-autoresponder",
    "feedback-type",
)
_LIST_MARKS = ("list-id", "x-mailman-version", "x-beenthere", "x-mailing-list", "mailing-list", "x-listname")
_LIST_OWNER = re.compile(r"\bowner-|-(?:owner|bounces|admin|request)(?:\+[^@]*)?@", re.IGNORECASE)
_PRECEDENCE = frozenset({"auto_reply", "auto-reply", "autoreply", "auto"})


def is_robot(address: str) -> bool:
    """Whether the local part is one that no person answers at: `noreply@`, `mailer-daemon@`…"""
    return bool(_ROBOT.search(address.partition("@")[0]))


def has_automatic_subject(subject: str) -> bool:
    return bool(_SUBJECT.match(subject[:300]))


def is_automatic(headers: Headers, sender: str, reply_to: str, subject: str, *, has_null_path: bool) -> bool:
    """The rules, surest first; `sender` and `reply_to` are addresses or ""."""
    submitted = headers.raw("auto-submitted").partition(";")[0].partition("(")[0].strip().lower()
    if submitted and submitted != "no":
        return True
    if any(name in headers for name in _ANY_OF):
        return True
    if has_null_path:
        return True
    precedence = headers.raw("precedence").lower()
    if precedence in _PRECEDENCE:
        return True
    # Outlook puts "DR, OOF, AutoReply" on mail that people write; only "All" is a program's word.
    if "all" in re.split(r"[\s,;]+", headers.raw("x-auto-response-suppress").lower()):
        return True
    if any(
        "autoresponder" in value.lower()
        for value in (*headers.all("delivered-to"), *headers.all("x-post-messageclass"))
    ):
        return True
    if has_automatic_subject(subject):
        return True
    is_list_post = "list-post" in headers and headers.raw("list-post").lower() != "no"
    if precedence in ("bulk", "junk") and not is_list_post and not _came_by_list(headers):
        return True
    if not is_list_post and _is_newsletter(headers, sender, precedence):
        return True
    # A web form sends from noreply@ and names the person who wrote in Reply-To: that is a person.
    return is_robot(sender) and (not reply_to or reply_to == sender or is_robot(reply_to))


def _came_by_list(headers: Headers) -> bool:
    """Whether a discussion list passed the mail on: lists say "bulk" of what people write."""
    return any(name in headers for name in _LIST_MARKS) or bool(_LIST_OWNER.search(headers.raw("sender")))


def _is_newsletter(headers: Headers, sender: str, precedence: str) -> bool:
    if "list-unsubscribe" not in headers:
        return False
    if precedence in ("bulk", "junk") or is_robot(sender):
        return True
    return any(
        name in headers
        for name in (
            "feedback-id",
            "x-campaign",
            "x-campaignid",
            "x-campaign-id",
            "list-unsubscribe-post",
            "x-csa-complaints",
            "x-mc-user",
            "x-sg-eid",
        )
    )


_SYSTEM = re.compile(
    alternatives(r"""
    mailer-?daemon
    post-?master
    mail delivery (?:sub)?system
    microsoftexchange329e
    (?:mail|system) administrator
    administrador del sistema
    delivery (?:subsystem|service)
    ^"?microsoft outlook
    """)
)


def is_mail_system(raw_from: str) -> bool:
    """Whether the From header names a mail system: its daemon, its postmaster, Exchange's own account."""
    return bool(_SYSTEM.search(raw_from.lower()))
