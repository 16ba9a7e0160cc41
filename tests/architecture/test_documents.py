"""Wall 3: the documentation names everything that exists, and nothing that does not."""

import re
from pathlib import Path

import pytest
from procrastinate.contrib.django import app
from tools import rooms

from tests.architecture.house import ROOT, SOURCE, pages
from ventanilla.config.env import known_variables
from ventanilla.kit import queue

OPERATIONS = (ROOT / "docs" / "operations.md").read_text()
GLOSSARY = (ROOT / "docs" / "glossary.md").read_text()
ROW = re.compile(r"^\| `([^`|]+)`", re.MULTILINE)
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)|!\[[^\]]*\]\(([^)\s]+)\)")
PATH = re.compile(r"`((?:src|tests|tools|docs|benchmarks)/[\w./-]+)`")
OPTION = re.compile(r"""options\.(?:get|setdefault)\(\s*["'](\w+)["']|options\[["'](\w+)["']\]""")
VARIABLE = re.compile(r"\bVENTANILLA_[A-Z0-9_]+\b")
FORMER = {"docs/decisions"}
"""Decisions keep the words of their day."""


def section(page: str, title: str) -> str:
    return page.partition(f"## {title}\n")[2].partition("\n## ")[0]


def documented(title: str) -> set[str]:
    return set(ROW.findall(section(OPERATIONS, title)))


def test_every_variable_of_the_environment_is_a_row_and_no_other() -> None:
    assert documented("Environment") == known_variables()


def test_no_page_names_a_variable_that_does_not_exist() -> None:
    named = {name for page in pages() for name in VARIABLE.findall(page.read_text())}
    assert named <= known_variables()


def test_every_job_is_a_row_and_no_other() -> None:
    app.perform_import_paths()
    ours = {name for name, function in queue.TASKS.items() if function.purpose}
    assert documented("Jobs") == ours


def test_every_command_is_a_row_and_no_other() -> None:
    commands = SOURCE / "console" / "management" / "commands"
    ours = {path.stem.replace("_", "-") for path in commands.glob("*.py") if path.stem != "__init__"}
    named = {name.split()[1] for name in documented("Start")}
    assert named == ours | {"migrate"}


def test_every_option_of_a_channel_is_on_its_page_and_no_other() -> None:
    for channel in sorted(path for path in (SOURCE / "channels").iterdir() if (path / "channel.py").exists()):
        used = {
            name
            for path in channel.glob("*.py")
            for match in OPTION.finditer(path.read_text())
            for name in match.groups()
            if name
        }
        of_channel = (ROOT / "docs" / "channels").glob(f"{channel.name}*.md")
        sections = [section(page.read_text(), "Options of the account") for page in of_channel]
        named = {name for text in sections for name in ROW.findall(text)}
        assert used == named, channel.name


def test_every_fact_of_an_events_file_is_on_the_page_of_rooms() -> None:
    page = rooms.PAGE.read_text()
    for path in SOURCE.glob("*/events.py"):
        kinds = re.findall(r'^[A-Z_]+ = "(\w+\.\w+)"', path.read_text(), re.MULTILINE)
        assert kinds
        assert [kind for kind in kinds if f"| `{kind}` |" not in page] == []


def test_the_page_of_rooms_is_what_would_be_written() -> None:
    assert rooms.PAGE.read_text() == rooms.page(), "run: make docs"


@pytest.mark.parametrize("page", pages(), ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    broken = [
        target
        for match in LINK.finditer(re.sub(r"```.*?```", "", page.read_text(), flags=re.DOTALL))
        for target in match.groups()
        if target
        and not target.startswith(("http://", "https://", "mailto:", "#"))
        and not (page.parent / target.partition("#")[0]).exists()
    ]
    assert broken == []


@pytest.mark.parametrize("page", pages(), ids=lambda page: str(page.relative_to(ROOT)))
def test_every_path_that_is_named_exists(page: Path) -> None:
    if str(page.parent.relative_to(ROOT)) in FORMER:
        return
    gone = [path for path in PATH.findall(page.read_text()) if not (ROOT / path).exists()]
    assert gone == []


def glossary() -> dict[str, str]:
    rows = re.findall(r"^\| ([^|`]+) \| ([^|]+) \| [^|]+ \|$", GLOSSARY, re.MULTILINE)
    return {screen.strip(): code.strip() for code, screen in rows if screen.strip() != "screen" and "---" not in screen}


@pytest.mark.parametrize(
    "word",
    [
        "organismo", "persona", "contacto", "solicitud", "intervención", "consulta", "queja", "reclamo", "sugerencia",
        "felicitación", "trámite", "instancia", "gestión", "constancia", "ejecutivo de atención", "referente",
        "supervisora", "gerente de Atención", "centro de respuesta", "mostrador", "cola", "estándar de respuesta",
        "tiempo hábil", "plazo", "plantilla de respuesta", "encuesta de satisfacción", "en revisión técnica",
        "acuse de recibo", "tablero", "código de seguimiento",
    ],
)  # fmt: skip
def test_the_glossary_has_every_word_of_the_screens(word: str) -> None:
    assert word in glossary()


def test_the_twin_says_the_same() -> None:
    """README.es.md has the same blocks of commands, pictures and sections as README.md."""
    english, spanish = ((ROOT / name).read_text() for name in ("README.md", "README.es.md"))
    for pattern in (r"^```.*?^```", r"!\[[^\]]*\]\(([^)]*)\)", r"^#+ "):
        one, other = (re.findall(pattern, page, re.MULTILINE | re.DOTALL) for page in (english, spanish))
        assert len(one) == len(other)
    assert re.findall(r"^```.*?^```", english, re.M | re.S) == re.findall(r"^```.*?^```", spanish, re.M | re.S)
