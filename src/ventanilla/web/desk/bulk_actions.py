"""What may be done with a selection of cases, as the queue's bar offers it."""

from typing import Any

from django.utils.translation import gettext_lazy

from ventanilla.flow.bulk_rules import Kind

ACTIONS: dict[Kind, Any] = {
    Kind.AGENT: gettext_lazy("Asignar a una persona"),
    Kind.SHARE: gettext_lazy("Repartir en un equipo"),
    Kind.QUEUE: gettext_lazy("Pasar a la cola de un equipo"),
    Kind.CHANGE: gettext_lazy("Cambiar tipo o servicio"),
    Kind.WAIT: gettext_lazy("Quedan esperando a la persona"),
    Kind.RESUME: gettext_lazy("Ya no esperan a la persona"),
    Kind.LINK: gettext_lazy("Vincular a un incidente"),
    Kind.CLOSE: gettext_lazy("Cerrar"),
}


def kind_of(text: str) -> Kind | None:
    return Kind(text) if text in ACTIONS else None
