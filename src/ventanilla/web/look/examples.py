"""Invented people and cases for the style page. Nothing here reaches a real installation."""

from datetime import datetime, timedelta
from typing import Any

FILES = [
    {"name": "recibo-octubre.pdf", "size": 214_330, "url": "#", "type": "application/pdf"},
    {"name": "foto de la vereda frente a la escuela.jpg", "size": 1_874_002, "url": "#", "type": "image/jpeg"},
]


def frame() -> dict[str, Any]:
    """What the bar of every staff page shows."""
    return {
        "staff": {
            "display_name": "Ana Pereira",
            "body_name": "Intendencia de Ejemplo",
            "can_see_board": True,
            "can_configure": True,
        },
        "queue_count": 12,
        "section": "desk",
    }


def desk(now: datetime) -> dict[str, Any]:
    """Rows of a queue, in the order of what is due first."""
    rows = [
        ("K7M4-2PXT", "Reclamo por factura de contribución duplicada", "Martín Olivera", "late", -95, 38, "email", "Reclamo", "", True),
        ("H3RD-9WQC", "¿Cómo renuevo la libreta si estoy en el exterior?", "Lucía Fernández Techera", "soon", 22, 64, "email", "Consulta", "Ana Pereira", True),
        ("T8VB-4NKE", "Luminaria apagada en Bulevar Artigas y Garibaldi", "Comisión Vecinal La Figurita", "soon", 41, 130, "portal", "Queja", "Ana Pereira", False),
        ("P2CX-7GJM", "Solicitud de poda del arbolado público", "Néstor Píriz", "ok", 245, 190, "telephone", "Consulta", "Rodrigo Sosa", False),
        ("M9QF-3TRA", "RE: Habilitación de local gastronómico: faltan planos firmados por técnico", "Estudio Bentancor y Asociados", "paused", 0, 1500, "email", "Consulta", "Ana Pereira", False),
        ("W4KN-8DZH", "Felicito a la cuadrilla que arregló la calle Durazno", "Graciela Etcheverry", "ok", 1380, 15, "facebook", "Felicitación", "", True),
        ("X6PL-5VBR", "Turno para examen de conducir", "Joaquín Rodríguez", "met", 0, 2900, "in_person", "Consulta", "Ana Pereira", False),
        ("C3HT-6YMW", "Consulta por exoneración de tributos a jubilados", "Blanca Silvera", "ok", 1500, 320, "email", "Consulta", "Rodrigo Sosa", False),
        ("D7ZG-2QFN", "Contenedor desbordado hace una semana", "Federico Cabrera", "ok", 1610, 410, "chat", "Queja", "", False),
    ]  # fmt: skip
    return {
        "now": now,
        "rows": [
            {
                "code": code,
                "subject": subject,
                "person": person,
                "state": state,
                "due": now + timedelta(minutes=due, seconds=30) if due else None,
                "at": now - timedelta(minutes=age),
                "channel": channel,
                "type": kind,
                "assignee": assignee,
                "unread": unread,
            }
            for code, subject, person, state, due, age, channel, kind, assignee, unread in rows
        ],
        "yesterday": now - timedelta(hours=26),
        "this_morning": now - timedelta(hours=3),
        "an_hour_ago": now - timedelta(minutes=64),
        "due_soon": now + timedelta(minutes=22, seconds=30),
        "due_later": now + timedelta(days=4),
        "files": FILES,
    }
