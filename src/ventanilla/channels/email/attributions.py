"""The lines by which mail programs introduce what they quote or pass on."""

import re

from ventanilla.channels.email.patterns import alternatives

MAX_LINE = 400

_VERB = alternatives(r"""
    escribi[óo]
    escribe
    wrote
    writes
    escreveu
    escreve
    schrieb
    ha scritto
    scrisse
    schreef
    skrev
    napisał(?:\(a\))?
    va escriure
    escrigu[eé]
    kirjoitti
    написал(?:\(а\))?
    写道
    het volgende geschreven
    geschreven
    sent
    đã viết
    a [ée]crit
    """)
_VERB_WORD = re.compile(rf"(?:^|[\s>*,)\]]|(?=写道)){_VERB}(?=[\s:：,*]|$)", re.IGNORECASE)
_ENDS = re.compile(rf"{_VERB}\s*[:：]?[\s*]*$|[:：][\s*]*$", re.IGNORECASE)
_OPENER = re.compile(
    r"^[\s*_\"'“<\[(-]{0,6}"
    + alternatives(r"""
    (?:el|en|on|em|no dia|a las?|le|am|il|in data|op|den|dnia|w dniu|at|fecha|vào)\b
    (?:lun|mar|mi[ée]|jue|vie|s[áa]b|dom|lunes|martes|mi[ée]rcoles|jueves|viernes|s[áa]bado|domingo)\b
    (?:mon|tue|wed|thu|fri|sat|sun)
    (?:seg|ter|qua|qui|sex|segunda|ter[çc]a|quarta|quinta|sexta)\b
    \d{1,4}[-/.]\d
    \d{1,2} (?:de )?[a-z]{3}
    """),
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"[^\s<>@]{1,80}@[^\s<>@]{1,200}")
_MOMENT = re.compile(r"\d{1,2}[:.h]\d{2}|\b(?:19|20)\d{2}\b|\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}")
_TIME = re.compile(r"\d{1,2}[:.h]\d{2}")
_PERSONAL = re.compile(
    rf"\b(?:me|nos|le|les|te|se|lo|que|qui[ée]n|ella?|él|i|he|she|you|they|we)\s+{_VERB}\b", re.IGNORECASE
)
_DATED_ADDRESS = re.compile(
    r"^\*?\d{4}[-/]\d{1,2}[-/]\d{1,2}(?:,? \d{1,2}:\d{2}[^<>]{0,30})? [^<>]{1,100}<\s*[^<>@\s]+@[^<>\s]+>\s*:?\*?\s*$"
)
_DASHED = re.compile(rf"^\s*-{{2,}}.{{3,300}}{_VERB}\s*:?\s*-{{2,}}\s*$", re.IGNORECASE)
_SHARED = re.compile(rf"(?:\s|-{{2,}}\s?)(?:on|el|em) [^\n]{{10,250}}{_VERB}\s*:\s*$", re.IGNORECASE)
_QUOTED_ADDRESS_LINE = re.compile(rf"^>\s*{_VERB}\s*:\s*$", re.IGNORECASE)

_FORWARD = re.compile(
    r"^[\s>*]*"
    + alternatives(r"""
    [-_=*]{2,}\s*forwarded (?:message|by|mail)
    [-_=*]{2,}\s*forward(?:ed)? header
    [-_=*]{2,}\s*(?:mensaje|correo) (?:reenviado|enviado)
    [-_=*]{2,}\s*mensagem (?:encaminhada|reencaminhada)
    [-_=*]{2,}\s*message transf[ée]r[ée]
    [-_=*]{2,}\s*weitergeleitete nachricht
    [-_=*]{2,}\s*messaggio inoltrato
    [-_=*]{2,}\s*doorgestuurd bericht
    [-_=*]{2,}\s*vidarebefordrat meddelande
    begin forwarded message
    inicio del mensaje reenviado
    in[íi]cio da mensagem (?:reencaminhada|encaminhada)
    d[ée]but du message r[ée]exp[ée]di[ée]
    anfang der weitergeleiteten
    inizio messaggio inoltrato
    mensaje reenviado\s*:
    """),
    re.IGNORECASE,
)
_SEPARATOR = re.compile(
    r"^[\s>*]*(?:[-_=]{2,}\s*"
    + alternatives(r"""
    original (?:message|e-?mail|appointment)
    (?:mensaje|correo|mail|email) original
    mensagem (?:original|anterior)
    message d['’]origine
    urspr[üu]ngliche nachricht
    originalnachricht
    antwort nachricht
    oprindelig meddelelse
    opprinnelig melding
    alkuperäinen viesti
    oryginalna wiadomość
    исходное сообщение
    messaggio originale
    oorspronkelijk bericht
    ursprungligt meddelande
    reply message
    mensaje anterior
    respuesta
    reply (?:above|below) this line
    reply separator
    """)
    + r"\s*:?\s*[-_=]{2,}|(?:mensaje original|mensagem original|original message)\s*:?\s*$)",
    re.IGNORECASE,
)

_KINDS = {
    "from": "from de von da van remitente expéditeur expediteur mittente afzender från avsändare fra od от 发件人",
    "sent": "sent date enviado enviada fecha data gesendet datum envoyé envoye inviato verzonden verstuurd skickat"
    " sendt dato wysłano wyslano дата отправлено",
    "to": "to para an à a aan til till do кому destinatario destinatarios pour 收件人",
    "subject": "subject asunto assunto betreff objet oggetto onderwerp ämne emne temat тема ref tema 主题",
    "copy": "cc copia cópia kopie copie bcc cco reply-to responder importancia importance adjuntos attachments anexos"
    " organización organization",
}
_KIND = {word: kind for kind, words in _KINDS.items() for word in words.split()}
_HEADER_LINE = re.compile(
    r"^[\s>]{0,6}[*_]{0,2}([^\W\d_][\w-]{0,14})(?: (?:el|em|on|o|le|al|día|à|il))?[*_]{0,2}\s?[:：]",
    re.IGNORECASE,
)
_RULE = re.compile(r"^[\s>]*[-_=*]{5,}\s*$")


def is_forward_line(line: str) -> bool:
    return len(line) <= MAX_LINE and bool(_FORWARD.match(line))


def is_separator(line: str) -> bool:
    return (
        len(line) <= MAX_LINE
        and ("-" in line or "_" in line or "=" in line or "riginal" in line.lower())
        and bool(_SEPARATOR.match(line))
    )


def attribution_end(lines: list[str], start: int) -> int:
    """The line after an introduction such as "El lun, 3 nov 2025 a las 10:15, Ana <a@b> escribió:"; 0 if none.

    Programs wrap it over as many as four lines.
    """
    first = lines[start]
    if not first.strip() or len(first) > MAX_LINE:
        return 0
    if first.lstrip().startswith("--"):
        return start + 1 if _DASHED.match(first) else 0
    is_opener = bool(_OPENER.match(first))
    if not is_opener and not ("@" in first or _VERB_WORD.search(first)):
        return 0
    joined = ""
    blanks = 0
    for end in range(start, min(len(lines), start + 7)):
        line = lines[end].strip()
        if not line:
            blanks += 1
            if blanks > 2 or not is_opener or not _MOMENT.search(joined):
                break
            continue
        if end > start and line.startswith(">") and not _QUOTED_ADDRESS_LINE.match(line):
            break
        joined = f"{joined} {line}" if joined else line
        if len(joined) > MAX_LINE:
            break
        if _ENDS.search(line) and _introduces(joined, lines, end + 1, is_opener=is_opener):
            return end + 1
        if _DATED_ADDRESS.match(joined):
            return end + 1
        if not is_opener and end - start >= 2:
            break
    return 0


def _introduces(joined: str, lines: list[str], after: int, *, is_opener: bool) -> bool:
    has_address, has_moment = bool(_ADDRESS.search(joined)), bool(_MOMENT.search(joined))
    following = next((line for line in lines[after : after + 4] if line.strip()), "")
    is_before_quotation = following.lstrip().startswith(">")
    if not _VERB_WORD.search(joined):
        return is_opener and is_before_quotation and has_address and has_moment
    if is_before_quotation and (joined.endswith((":", "：", "*")) or has_address or has_moment):
        return True
    if not joined.rstrip(" *").endswith((":", "：")):
        return has_address and has_moment
    if not has_address and _PERSONAL.search(joined):
        return False  # "El 3/11 a las 10:15 me escribió:" tells a story
    if is_opener:
        return has_moment and (has_address or (len(joined) < 160 and bool(_TIME.search(joined))))
    if len(_MOMENT.findall(joined)) >= 2 and len(joined) < 160:
        return True
    return has_address and len(joined) < 250


def shared_line_cut(line: str) -> int:
    """Where an introduction begins that stands on one line with the words before it; 0 if none does."""
    if len(line) > MAX_LINE or not line.rstrip().endswith(":") or _OPENER.match(line):
        return 0
    match = _SHARED.search(line)
    return match.start() if match and _MOMENT.search(match[0]) else 0


def header_block_end(lines: list[str], start: int) -> int:
    """The line after a block "De: … Enviado: … Para: … Asunto: …" that begins at `start`; 0 if there is none."""
    first = lines[start][:MAX_LINE]
    is_ruled = bool(_RULE.match(first))
    place = start
    if is_ruled:
        place += 1
        while place < min(len(lines), start + 4) and not lines[place].strip():
            place += 1
        if place >= len(lines):
            return 0
    if _kind(lines[place]) not in ("from", "sent", "subject"):
        return 0
    seen: list[str] = []
    unknown = 0
    end = place
    for current in range(place, min(len(lines), place + 14)):
        line = lines[current]
        if not line.strip():
            if unknown or (current + 1 < len(lines) and not _kind(lines[current + 1])):
                break
            continue
        kind = _kind(line)
        if kind:
            if kind in seen and kind != "copy":
                break
            seen.append(kind)
            unknown = 0
            end = current + 1
        else:
            unknown += 1  # a long list of recipients or a wrapped subject
            if unknown > 2:
                break
    kinds = set(seen)
    # A letter may begin with "De: … Para: … Asunto: …"; a program gives the moment, or an address.
    has_moment = "sent" in kinds or "@" in lines[place]
    if "from" in kinds and len(kinds) >= 3 and has_moment:
        return end
    if kinds == {"sent", "to"} and _MOMENT.search(lines[place]) and _ADDRESS.search(" ".join(lines[place:end])):
        return end
    if is_ruled and "from" in kinds and len(kinds) >= 2:
        return end
    return 0


def _kind(line: str) -> str:
    if ":" not in line and "：" not in line:
        return ""
    match = _HEADER_LINE.match(line[:MAX_LINE])
    return _KIND.get(match[1].lower(), "") if match else ""
