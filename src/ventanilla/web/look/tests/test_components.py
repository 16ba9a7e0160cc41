"""What every page relies on: components draw, escape what strangers wrote, and leave a strict policy standing."""

import re
import zlib
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from time import perf_counter
from typing import Any

import pytest
from django import forms
from django.template import engines
from django.test import Client, override_settings

from ventanilla.web.look.icons import ICONS

LOOK = Path(__file__).parents[1]
TEMPLATES = sorted((LOOK / "templates").rglob("*.html"))
STATIC = LOOK / "static/look"
EVIL = '"><script>alert(1)</script>'

pytestmark = pytest.mark.usefixtures("_our_addresses")


@pytest.fixture
def _our_addresses(settings: Any) -> None:
    settings.ROOT_URLCONF = "ventanilla.web.look.tests.addresses"


def draw(source: str, **context: object) -> str:
    """A template in component syntax, as a page would hold it."""
    from django_cotton.compiler_regex import CottonCompiler

    return str(engines["django"].from_string(CottonCompiler().process(source)).render(context))


@pytest.mark.parametrize(
    "address", ["/look/", "/look/escritorio/", "/look/escritorio/?pane=aside", "/look/errores/404/"]
)
def test_pages_hold_no_inline_style_or_script(address: str, client: Client) -> None:
    page = client.get(address).content.decode()
    drawn = re.sub(r"<pre.*?</pre>", "", page, flags=re.S)
    assert re.findall(r"<[a-z][^>]*\s(?:style|on[a-z]+)=", drawn) == []
    assert [tag for tag in re.findall(r"<script[^>]*>", drawn) if " src=" not in tag] == []
    assert "<style" not in drawn


@pytest.mark.parametrize("status", [400, 403, 404, 500, 503])
def test_each_error_says_what_to_do(status: int, client: Client) -> None:
    page = client.get(f"/look/errores/{status}/").content.decode()
    assert f"Error {status}" in page
    assert page.count("<h1") == 1


def test_an_error_page_needs_no_request() -> None:
    assert "Algo falló" in engines["django"].get_template("500.html").render({})


def test_a_queue_row_escapes_what_a_stranger_wrote() -> None:
    attributes = " ".join(
        f':{name}="evil"' for name in ("code", "subject", "person", "assignee", "snippet", "type", "channel")
    )
    row = draw(f'<c-queue-row href="/x" {attributes} />', evil=EVIL)
    assert "<script>" not in row
    assert row.count("&lt;script&gt;") >= 6


def test_an_entry_escapes_names_and_details() -> None:
    attributes = " ".join(f':{name}="evil"' for name in ("author", "to", "delivery_detail", "warning"))
    entry = draw(f'<c-entry kind="in" delivery="failed" {attributes}>x</c-entry>', evil=EVIL)
    assert "<script>" not in entry


def test_a_field_escapes_value_and_error() -> None:
    field = draw('<c-field name="a" :label="evil" :value="evil" :error="evil" :help="evil" />', evil=EVIL)
    assert "<script>" not in field
    assert 'aria-invalid="true"' in field
    assert 'aria-describedby="a_error a_help"' in field


def test_components_do_not_inherit_their_parents_values() -> None:
    assert draw('<c-card title="Uno"><c-card>dentro</c-card></c-card>').count("<h2") == 1


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("ok", "En plazo"),
        ("soon", "Por vencer"),
        ("late", "Vencido"),
        ("paused", "En pausa"),
        ("met", "Cumplido"),
        ("none", "Sin plazo"),
    ],
)
def test_the_light_says_its_state_in_words_and_shape(state: str, words: str) -> None:
    light = draw(
        '<c-light :state="state" :due="due" label="Resolución" />',
        state=state,
        due=datetime(2026, 11, 24, 15, tzinfo=UTC),
    )
    assert words in light
    assert f"#light-{state}" in light


def test_a_due_moment_is_kept_with_its_offset() -> None:
    light = draw('<c-light state="ok" :due="due" />', due=datetime(2026, 11, 24, 15, tzinfo=UTC))
    assert 'datetime="2026-11-24T15:00:00+00:00"' in light
    assert "24/11/2026 12:00" in light


class Sample(forms.Form):
    name = forms.CharField(label="Nombre", help_text="Como en la cédula", max_length=9)
    kind = forms.ChoiceField(label="Tipo", choices=[("a", "Queja"), ("b", "Consulta")], required=False)
    ways = forms.MultipleChoiceField(label="Vías", choices=[("m", "Correo")], widget=forms.CheckboxSelectMultiple)
    file = forms.FileField(label="Archivo", required=False)
    day = forms.DateField(
        label="Día", required=False, initial=date(2026, 11, 4), widget=forms.DateInput({"type": "date"}, "%Y-%m-%d")
    )
    amount = forms.IntegerField(label="Cantidad", required=False, initial=1500)


def test_the_renderer_draws_our_fields_with_their_errors() -> None:
    drawn = str(Sample({"kind": "b"}))
    assert 'href="#id_name"' in drawn
    assert 'maxlength="9"' in drawn
    assert 'aria-describedby="id_name_error0 id_name_help"' in drawn
    assert '<option value="b" selected>Consulta</option>' in drawn
    assert "(opcional)" in drawn


def test_values_stand_as_their_widgets_read_them_back() -> None:
    drawn = str(Sample())
    assert 'name="day" value="2026-11-04"' in drawn
    assert 'name="amount" value="1500"' in drawn


def test_a_form_has_one_id_for_each_thing() -> None:
    ids = re.findall(r'\bid="([^"]+)"', str(Sample({})))
    assert sorted(ids) == sorted(set(ids))


def test_every_icon_named_in_a_template_is_drawn() -> None:
    sprite = (STATIC / "icons.svg").read_text(encoding="utf-8")
    assert set(re.findall(r'<symbol id="([^"]+)"', sprite)) == set(ICONS)
    named = {
        name
        for path in TEMPLATES
        for name in re.findall(r'icon="([a-z-]+)"|<c-icon name="([a-z-]+)"', path.read_text(encoding="utf-8"))
        for name in name
    }
    assert named - {""} <= set(ICONS)


def test_all_that_a_page_loads_first_fits_its_budget(client: Client) -> None:
    """A portal page must stay under 100 kB on the wire; the look may take half."""
    files = ["vendor/designsystemet.css", "base.css", "components.css", "ventanilla.js", "icons.svg", "favicon.svg"]
    compressed = sum(len(zlib.compress((STATIC / name).read_bytes(), 6)) for name in files)
    assert compressed < 50_000
    assert len((STATIC / "ventanilla.js").read_bytes()) < 15_000


def test_drawing_a_full_queue_is_cheap(fifty_rows: list[dict[str, Any]]) -> None:
    """Fifty rows take about ten milliseconds on a developer's machine; a tenth of a second is too slow on any."""
    names = ("code", "subject", "person", "state", "due", "at")
    attributes = " ".join(f':{name}="row.{name}"' for name in names)
    source = f'{{% for row in rows %}}<c-queue-row href="/x" {attributes} channel="email" />{{% endfor %}}'
    assert draw(source, rows=fifty_rows).count("<li") == 50
    seconds = []
    for _ in range(5):
        began = perf_counter()
        draw(source, rows=fifty_rows)
        seconds.append(perf_counter() - began)
    assert min(seconds) < 0.1


@pytest.fixture
def fifty_rows() -> list[dict[str, Any]]:
    at = datetime(2026, 11, 24, 15, tzinfo=UTC)
    return [
        {
            "code": f"K7M4-{number}",
            "subject": "Luminaria apagada",
            "person": "Ana",
            "state": "ok",
            "due": at + timedelta(hours=number),
            "at": at,
        }
        for number in range(50)
    ]


@override_settings(LANGUAGE_CODE="en")
def test_the_page_names_its_language(client: Client) -> None:
    assert '<html lang="en"' in client.get("/look/", headers={"accept-language": "en"}).content.decode()
