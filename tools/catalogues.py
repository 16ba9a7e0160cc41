"""Keeps the English and Portuguese catalogues of what people read. Spanish is the source language.

Usage: catalogues.py extract   collect new texts, drop those that are gone, write .po and .mo
       catalogues.py compile   write .mo from .po
       catalogues.py check     exit 1 unless every text is translated, every placeholder kept and every .mo up to date

Needs no system gettext: Python files are read by `ast`, templates by Django's own lexer.
"""

import ast
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import polib
from django.template.base import Lexer, Token, TokenType
from django.utils.translation import trim_whitespace

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "ventanilla"
LANGUAGES = {"en": "nplurals=2; plural=(n != 1);", "pt": "nplurals=2; plural=(n > 1);"}

SINGULAR = {"_", "gettext", "gettext_lazy", "gettext_noop"}
PLURAL = {"ngettext", "ngettext_lazy"}
IN_CONTEXT = {"pgettext", "pgettext_lazy"}
CONSTANT = re.compile(r"""\b_\(\s*("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')\s*\)""")
QUOTED = re.compile(r"""^\w+\s+("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')""")
CONTEXT = re.compile(r"""\bcontext\s+("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')""")
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|%[sd]|\{(\w*)\}")


@dataclass(frozen=True, slots=True)
class Text:
    """One text to translate; `plural` and `context` are "" when it has none."""

    singular: str
    plural: str = ""
    context: str = ""


@dataclass(slots=True)
class Found:
    places: dict[Text, list[tuple[str, str]]] = field(default_factory=dict)

    def add(self, text: Text, path: Path, line: int) -> None:
        if text.singular.strip():
            # Line numbers change with every edit; the file is what a translator wants to see.
            place = (str(path.relative_to(ROOT)), "")
            places = self.places.setdefault(text, [])
            if place not in places:
                places.append(place)


def collect() -> Found:
    found = Found()
    for path in sorted(SOURCE.rglob("*.py")):
        if not {"tests", "migrations"} & set(path.parts):
            for text, line in _of_python(path.read_text()):
                found.add(text, path, line)
    for pattern in ("*.html", "*.txt"):
        for path in sorted(SOURCE.rglob(pattern)):
            if "templates" in path.parts:
                for text, line in _of_template(path.read_text()):
                    found.add(text, path, line)
    return found


def _of_python(source: str) -> Iterator[tuple[Text, int]]:
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        function = node.func
        name = (
            function.id
            if isinstance(function, ast.Name)
            else function.attr
            if isinstance(function, ast.Attribute)
            else ""
        )
        words = [
            argument.value
            for argument in node.args
            if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
        ]
        if name in SINGULAR and len(words) == 1:
            yield Text(words[0]), node.lineno
        elif name in PLURAL and len(words) >= 2:
            yield Text(words[0], plural=words[1]), node.lineno
        elif name in IN_CONTEXT and len(words) == 2:
            yield Text(words[1], context=words[0]), node.lineno


def _of_template(source: str) -> Iterator[tuple[Text, int]]:
    block: _Block | None = None
    for token in Lexer(source).tokenize():
        kind = token.contents.split(None, 1)[0] if token.token_type == TokenType.BLOCK and token.contents else ""
        if block is not None:
            if kind in ("endblocktranslate", "endblocktrans"):
                yield block.text(), block.line
                block = None
            elif kind == "plural":
                block.is_plural = True
            else:
                block.add(token)
            continue
        if kind in ("blocktranslate", "blocktrans"):
            block = _Block(token)
        elif kind in ("translate", "trans") and (quoted := QUOTED.match(token.contents)):
            yield Text(_unquoted(quoted[1]), context=_context_of(token)), token.lineno or 0
        if token.token_type in (TokenType.BLOCK, TokenType.VAR):
            for constant in CONSTANT.findall(token.contents):
                yield Text(_unquoted(constant)), token.lineno or 0


class _Block:
    """A blocktranslate as it is read."""

    def __init__(self, opening: Token) -> None:
        self.line = opening.lineno or 0
        self.is_trimmed = "trimmed" in opening.contents.split()
        self.context = _context_of(opening)
        self.is_plural = False
        self._parts: dict[bool, list[str]] = {False: [], True: []}

    def add(self, token: Token) -> None:
        if token.token_type == TokenType.VAR:
            self._parts[self.is_plural].append(f"%({token.contents})s")
        elif token.token_type == TokenType.TEXT:
            self._parts[self.is_plural].append(token.contents.replace("%", "%%"))

    def text(self) -> Text:
        return Text(self._written(False), self._written(True), self.context)

    def _written(self, plural: bool) -> str:
        whole = "".join(self._parts[plural])
        return trim_whitespace(whole) if self.is_trimmed else whole


def _context_of(token: Token) -> str:
    given = CONTEXT.search(token.contents)
    return _unquoted(given[1]) if given else ""


def _unquoted(constant: str) -> str:
    return str(ast.literal_eval(constant))


def catalogue_path(language: str) -> Path:
    return SOURCE / "locale" / language / "LC_MESSAGES" / "django.po"


def load(language: str) -> polib.POFile:
    path = catalogue_path(language)
    catalogue = polib.pofile(str(path), wrapwidth=110) if path.exists() else polib.POFile(wrapwidth=110)
    catalogue.metadata = {
        "Project-Id-Version": "Ventanilla",
        "Language": language,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": LANGUAGES[language],
    }
    return catalogue


def key(entry: polib.POEntry) -> Text:
    return Text(entry.msgid, entry.msgid_plural, entry.msgctxt or "")


def extract() -> None:
    found = collect()
    for language in LANGUAGES:
        old = {key(entry): entry for entry in load(language)}
        fresh = load(language)
        fresh.clear()
        for text, places in sorted(found.places.items(), key=lambda item: (item[1][0], item[0].singular)):
            known = old.get(text)
            entry = polib.POEntry(msgid=text.singular, occurrences=places)
            if text.context:
                entry.msgctxt = text.context
            if text.plural:
                entry.msgid_plural = text.plural
                entry.msgstr_plural = known.msgstr_plural if known else {0: "", 1: ""}
            else:
                entry.msgstr = known.msgstr if known else ""
            if PLACEHOLDER.search(text.singular) and "%(" in text.singular:
                entry.flags = ["python-format"]
            fresh.append(entry)
        path = catalogue_path(language)
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh.save(str(path))
        missing = len(fresh.untranslated_entries())
        print(f"{language}: {len(fresh)} texts, {missing} to translate")
    compile_all()


def compile_all() -> None:
    for language in LANGUAGES:
        catalogue_path(language).with_suffix(".mo").write_bytes(load(language).to_binary())


def problems() -> Iterator[str]:
    wanted = set(collect().places)
    for language in LANGUAGES:
        catalogue = load(language)
        known = {key(entry) for entry in catalogue}
        yield from (f"{language}: not in the catalogue: {text.singular!r}" for text in sorted(wanted - known, key=str))
        yield from (f"{language}: no longer used: {text.singular!r}" for text in sorted(known - wanted, key=str))
        yield from (f"{language}: not translated: {entry.msgid!r}" for entry in catalogue if not entry.translated())
        for entry in catalogue:
            yield from _lost_placeholders(language, entry)
        compiled = catalogue_path(language).with_suffix(".mo")
        if not compiled.exists() or compiled.read_bytes() != catalogue.to_binary():
            yield f"{language}: {compiled.relative_to(ROOT)} is not up to date"


def _lost_placeholders(language: str, entry: polib.POEntry) -> Iterator[str]:
    wanted = _placeholders([entry.msgid, entry.msgid_plural])
    for translation in [entry.msgstr, *entry.msgstr_plural.values()]:
        if translation and not _placeholders([translation]) <= wanted:
            yield f"{language}: a placeholder that the text has not: {translation!r}"
    given = _placeholders([entry.msgstr, *entry.msgstr_plural.values()])
    if (given and given != wanted) or (wanted and entry.translated() and not given):
        yield f"{language}: placeholders differ: {entry.msgid!r}"


def _placeholders(texts: Iterable[str]) -> set[str]:
    return {match[0] for text in texts for match in PLACEHOLDER.finditer(text)}


def main() -> int:
    match sys.argv[1:]:
        case ["extract"]:
            extract()
        case ["compile"]:
            compile_all()
        case ["check"]:
            found = list(problems())
            if found:
                print("\n".join(found[:40]))
                print(f"{len(found)} problems in the catalogues. Run: make catalogues, and translate what is new.")
                return 1
        case _:
            print(__doc__)
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
