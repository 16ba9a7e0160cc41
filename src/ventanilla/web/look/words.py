"""How channels, traffic lights and deliveries are called and drawn.

A code that is not here, as that of a stranger's channel, shows itself.
"""

from typing import Final

from django.utils.translation import gettext_lazy as _

CHANNEL_WORDS: Final = {
    "email": _("Correo"),
    "chat": _("Chat"),
    "facebook": _("Facebook"),
    "portal": _("Portal"),
    "in_person": _("Presencial"),
    "telephone": _("Teléfono"),
}
CHANNEL_ICONS: Final = {
    "email": "mail",
    "chat": "chat",
    "facebook": "facebook",
    "portal": "globe",
    "in_person": "counter",
    "telephone": "phone",
}
LIGHT_WORDS: Final = {
    "ok": _("En plazo"),
    "soon": _("Por vencer"),
    "late": _("Vencido"),
    "paused": _("En pausa"),
    "met": _("Cumplido"),
    "none": _("Sin plazo"),
}
DELIVERY_WORDS: Final = {
    "queued": _("En cola de envío"),
    "sent": _("Enviado"),
    "delivered": _("Entregado"),
    "failed": _("No se pudo enviar"),
    "bounced": _("Rebotó"),
}
DELIVERY_ICONS: Final = {"queued": "clock", "sent": "send", "delivered": "check", "failed": "alert", "bounced": "alert"}
