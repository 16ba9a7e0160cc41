"""The standard notice. Pure."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BodyFacts:
    """What the notice says of the body; "" where the administration has not said it yet."""

    name: str
    controller: str
    database: str
    contact: str


def standard_notice(body: BodyFacts, gettext: Callable[[str], str] = str) -> str:
    """Everything that Ley 18.331 art. 13 wants told beforehand, in plain words."""
    told = {
        "body": body.name,
        "controller": body.controller or body.name,
        "database": body.database or gettext("Solicitudes de atención a la ciudadanía"),
        "contact": body.contact or gettext("en cualquiera de las oficinas de atención"),
    }
    paragraphs = (
        gettext(
            "Para qué: %(body)s usa los datos que escribas acá solamente para atender tu solicitud, responderte y medir"
            " cómo atiende."
        ),
        gettext("Quién es responsable: %(controller)s. Tus datos quedan en la base de datos «%(database)s»."),
        gettext(
            "Quién los ve: las personas que atienden y las dependencias que tienen que resolver tu solicitud. No se"
            " pasan a nadie más sin tu consentimiento, salvo que una ley lo mande, y no salen del país."
        ),
        gettext(
            "Qué es obligatorio: solo contar qué necesitás. Si no dejás cómo ubicarte, vas a poder ver la respuesta"
            " únicamente con el enlace que te demos."
        ),
        gettext(
            "Tus derechos: podés pedir ver, corregir, actualizar o borrar tus datos, gratis. Contacto: %(contact)s."
            " También podés reclamar ante la Unidad Reguladora y de Control de Datos Personales."
        ),
        gettext("Ninguna decisión sobre tu solicitud la toma una máquina sola. (Ley 18.331, artículos 9, 13 a 16.)"),
    )
    return "\n\n".join(paragraph % told for paragraph in paragraphs)


def digest_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
