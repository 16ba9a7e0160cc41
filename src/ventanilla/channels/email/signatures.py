"""Signatures, lines that telephones add, and legal notices at the end of a mail."""

import re

from ventanilla.channels.email.patterns import alternatives

_DELIMITER = re.compile(r"^(?:--|—|–|- -|-- --)[ \t\xa0]*$")
_RULE = re.compile(r"^(?:_{2,}|-{3,}|={3,}|\*{3,}|~{3,})[ \t]*$")
_DEVICE = re.compile(
    r"^[\s<\[*_-]{0,4}"
    + alternatives(r"""
    (?:sent|gesendet|verzonden|skickat) (?:from|with|via|von|mit|vanaf|från)[ ]
    (?:este |mensaje |correo |e-?mail ){0,2}enviad[oa] (?:desde|con|do|da|pelo|por|mediante|usando|de mi|do meu)[ ]
    enviad[oa] (?:a trav[ée]s de|a partir d[eo]) (?:mi|meu|un|uma?|la app|app|outlook|yahoo|gmail|correo|e-?mail)
    enviad[oa] (?:a trav[ée]s de|a partir d[eo]) (?:iphone|android|celular)
    envoy[ée] (?:de|depuis|[àa] partir)[ ]
    inviato da(?:l|lla)?[ ]
    von meinem .{2,40} gesendet
    (?:get|obtener|obt[ée]n|obter (?:o )?|obtenha (?:o )?|descargar?|t[ée]l[ée]charger|scarica) ?outlook
    outlook (?:para|for|pour|f[üu]r|per) (?:ios|android)
    yahoo mail[: ]
    (?:mandado|escrito) desde (?:mi|el|un|una|la)[ ]
    typed on (?:my|a)[ ]
    sent on the go
    (?:libre de|sin|livre de) v[íi]rus\W
    virus-free\W
    """),
    re.IGNORECASE,
)
_NOTICE = re.compile(
    r"^[\s*_>-]{0,6}"
    + alternatives(r"""
    aviso (?:legal|de confidenciali[dt]ade?|importante)
    advertencia legal
    nota (?:legal|de confidenciali[dt]ade?)
    cl[áa]usula de confidencialidad
    confidencial(?:idade?)?\b
    (?:este|el presente|la presente|esta|a presente|o presente) (?:mensaje|correo|e-?mail|comunicaci[óo]n|mensagem)\b
    el contenido de (?:este|esta)
    (?:toda )?la informaci[óo]n (?:contenida|incluida|transmitida|de este)
    as informa[çc][õo]es (?:contidas|desta)
    this (?:e-?mail|message|communication|transmission)\b
    the (?:information|contents?) (?:contained |transmitted )?(?:in|of|by) this
    confidentiality
    disclaimer
    privileged
    antes de imprimir
    pi[ée]ns[ea] en el medio
    please consider the environment
    no imprima
    """),
    re.IGNORECASE,
)
_NOTICE_WORDS = re.compile(
    alternatives(r"""
    confiden[ct]
    destinat[áa]ri
    privileg
    divulg
    intended
    recipient
    notif
    prohib
    environment
    medio ambiente
    imprim
    responsab
    virus
    ley\s+n?[°º]?\s*1[68]
    reserva
    """),
    re.IGNORECASE,
)
_PRINTING = re.compile(
    r"[\s*_>-]*(?:antes de imprimir|pi[ée]ns[ea] en|please consider the env|no imprima)", re.IGNORECASE
)
_NAME_ONLY = re.compile(r"^\s*[-–—]\s?[A-ZÁÉÍÓÚÑ][\w.]{1,20}(?: [A-ZÁÉÍÓÚÑ][\w.]{0,20}){1,3}\s*$")
_LIST_FOOTER = re.compile(
    alternatives(r"""
    ^https?://\S+$
    ^.{0,60}(?:mailing list|lista de (?:correo|distribuci[óo]n|discuss[ãa]o))
    ^.{0,60}(?:unsubscribe|darse de baja|desuscribir|cancelar (?:la )?suscripci[óo]n)
    ^you received this message because
    ^recibiste este mensaje porque
    ^recib[íi]s este
    """),
    re.IGNORECASE,
)
_LINK = re.compile(r"[<(\[]?https?://\S+")
_IMAGE = re.compile(r"\[(?:https?|cid|image|imagen|logo)[:\s][^\]\n]{1,300}\](?:<[^>\n]{1,500}>)?\s*$", re.IGNORECASE)
"""What programs leave in plain text where an image stood."""
_MAX_SIGNATURE_LINES = 30
_MAX_TAIL_LINES = 100


def cut_signature(lines: list[str]) -> list[str]:
    """The lines without signature, device line, list footer or legal notice at their end.

    Never empty if they were not.
    """
    kept = _trimmed(lines)
    for _ in range(4):
        shorter = _trimmed(_once(kept))
        if len(shorter) == len(kept) or not shorter:
            break
        kept = shorter
    return kept


def _trimmed(lines: list[str]) -> list[str]:
    end = len(lines)
    while end and (not lines[end - 1].strip() or (lines[end - 1][:1] == "[" and _IMAGE.match(lines[end - 1]))):
        end -= 1
    return lines[:end] if any(line.strip() for line in lines[:end]) else lines


def _once(lines: list[str]) -> list[str]:
    for place in range(max(1, len(lines) - _MAX_TAIL_LINES), len(lines)):
        line = lines[place]
        if line[:1] in "-—–" and len(line) <= 12 and _DELIMITER.match(line) and _is_short(lines, place):
            return lines[:place]
    for place in range(max(1, len(lines) - 12), len(lines)):
        if lines[place][:1] in "_-=*~" and _RULE.match(lines[place]) and _is_rule_of_signature(lines, place):
            return lines[:place]
    for place in range(max(1, len(lines) - 8), len(lines)):
        line = lines[place]
        if _is_device(line) and _rest_is_small(lines, place):
            return lines[:place]
    notice = _notice(lines)
    if notice:
        return lines[:notice]
    if len(lines) > 1 and _NAME_ONLY.match(lines[-1]):
        above = lines[-2].strip()
        if not above.startswith(("-", "–", "—", "*", "•")) and not above.endswith(":"):
            return lines[:-1]
    return lines


def _is_short(lines: list[str], place: int) -> bool:
    """Whether what follows a delimiter is as short as signatures are; a bare "--" may be a rule between matters."""
    rest = [line for line in lines[place + 1 :] if line.strip()]
    is_standard = lines[place] == "-- "
    has_above = any(line.strip() for line in lines[:place])
    if is_standard:
        return has_above and len(rest) <= _MAX_SIGNATURE_LINES
    return has_above and len(rest) <= 10 and all(len(line) < 100 for line in rest)


def _is_device(line: str) -> bool:
    """Whether a telephone or a program wrote the line; a person's sentence that begins alike goes on with a comma."""
    if len(line) > 180 or not _DEVICE.match(line):
        return False
    words = _LINK.sub("", line).strip(" .*_<>[]()")
    return len(words.split()) <= 10 and ", " not in words and ". " not in words


def _rest_is_small(lines: list[str], place: int) -> bool:
    rest = [line for line in lines[place + 1 :] if line.strip()]
    return len(rest) <= 3 and all(len(line) < 90 for line in rest)


def _is_rule_of_signature(lines: list[str], place: int) -> bool:
    """A rule with a few short lines under it and none that would make it a table or a heading."""
    rest = [line for line in lines[place + 1 :] if line.strip()]
    if len(rest) > 8 or any(_RULE.match(line) for line in rest):
        return False
    if lines[place].startswith("__") or not rest:
        return all(len(line) < 160 for line in rest)
    return any(_LIST_FOOTER.match(line[:300]) for line in rest)


def _notice(lines: list[str]) -> int:
    """Where a legal notice begins that runs to the end; 0 if none does."""
    for place in range(max(1, len(lines) - _MAX_TAIL_LINES), len(lines)):
        line = lines[place]
        if not _NOTICE.match(line[:200]):
            continue
        rest = " ".join(lines[place : place + 40])[:4000]
        if len(rest) > 120 and len(_NOTICE_WORDS.findall(rest)) >= 3:
            return place
        if len(rest) < 300 and _PRINTING.match(line):
            return place
    return 0


def is_closing_matter(lines: list[str]) -> bool:
    """Whether text below a quotation is only a signature, a device line, a list's footer or a notice: nothing said."""
    rest = [line for line in lines if line.strip()]
    if not rest:
        return True
    first = rest[0]
    if _DELIMITER.match(first) and len(rest) <= _MAX_SIGNATURE_LINES:
        return True
    if _is_device(first) and len(rest) <= 4:
        return True
    if _RULE.match(first) and len(rest) <= 8 and any(_LIST_FOOTER.match(line[:300]) for line in rest[1:]):
        return True
    if _LIST_FOOTER.match(first[:300]) and len(rest) <= 6 and "http" in " ".join(rest)[:2000]:
        return True
    return bool(_NOTICE.match(first[:200])) and len(_NOTICE_WORDS.findall(" ".join(rest)[:4000])) >= 3
