"""The installed app; a label of its own keeps it apart from any other `look`."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LookConfig(AppConfig):
    name = "ventanilla.web.look"
    label = "look"
    verbose_name = _("Aspecto")
