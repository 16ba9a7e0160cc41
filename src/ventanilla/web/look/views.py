"""The living style page: every component in every state, and a static desk. Debug mode only."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from ventanilla.kit.clock import now as current_moment
from ventanilla.web.look import examples
from ventanilla.web.look.icons import ICONS


class ExampleForm(forms.Form):
    """One field of each kind, to see what the form renderer does with it."""

    subject = forms.CharField(label=_("Asunto"), max_length=120, help_text=_("En pocas palabras."))
    email = forms.EmailField(label=_("Correo"))
    service = forms.ChoiceField(
        label=_("Servicio"), choices=[("", _("Elegí uno")), ("agua", "Agua"), ("luz", "Alumbrado")]
    )
    text = forms.CharField(label=_("Mensaje"), widget=forms.Textarea(attrs={"rows": 4}), required=False)
    answer_by = forms.ChoiceField(
        label=_("¿Cómo querés que te respondamos?"),
        choices=[("mail", _("Por correo")), ("phone", _("Por teléfono"))],
        widget=forms.RadioSelect,
    )
    accept = forms.BooleanField(label=_("Leí y acepto cómo se usan mis datos"))


SAMPLES = Path(__file__).parent / "templates/look/style/samples"
STATUSES = (400, 403, 404, 500, 503)


def style_page(request: HttpRequest) -> HttpResponse:
    """All components, each in its states."""
    now = current_moment()
    bound = ExampleForm({"subject": "", "email": "no es un correo", "text": "Hola"})
    context = {
        "icons": ICONS,
        "now": now,
        "minutes_ago": now - timedelta(minutes=5),
        "days_ago": now - timedelta(days=3),
        "in_hours": now + timedelta(hours=3, minutes=10),
        "in_minutes": now + timedelta(minutes=25),
        "overdue": now - timedelta(hours=2, minutes=5),
        "form": ExampleForm(),
        "bound": bound,
        "crumbs": [(_("Inicio"), "/"), (_("Configuración"), "#"), (_("Canales"), "")],
        "options": [("a", _("Consulta")), ("b", _("Queja")), ("c", _("Felicitación"))],
        "files": examples.FILES,
        "statuses": STATUSES,
        **examples.frame(),
    }
    context["samples"] = [_sample(path, context, request) for path in sorted(SAMPLES.glob("*.html"))]
    return render(request, "look/style/page.html", context)


def _sample(path: Path, context: dict[str, Any], request: HttpRequest) -> dict[str, str]:
    """One sample, drawn and as written; the number in its file name gives the order."""
    return {
        "name": path.stem.split("-", 1)[1].replace("-", " "),
        "source": path.read_text(encoding="utf-8").strip(),
        "drawn": render_to_string(f"look/style/samples/{path.name}", context, request),
    }


def mock_desk(request: HttpRequest) -> HttpResponse:
    """A desk with invented cases; `?pane=conversation` or `aside` chooses what a small screen sees."""
    pane = request.GET.get("pane", "queue")
    context = {
        "pane": pane if pane in ("queue", "conversation", "aside") else "queue",
        **examples.frame(),
        **examples.desk(current_moment()),
    }
    return render(request, "look/style/desk.html", context)


def mock_error(request: HttpRequest, status: int) -> HttpResponse:
    """The page shown for a status; what has no page of its own shows that of 404."""
    name = f"{status}.html" if status in STATUSES else "404.html"
    return render(request, name, status=200)
