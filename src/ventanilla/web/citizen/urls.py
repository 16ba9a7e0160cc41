"""Addresses of the portal (interface.md section 5)."""

from django.urls import path

import ventanilla.web.addresses  # noqa: F401 # knows what a code looks like
from ventanilla.web.citizen.views import about

app_name = "citizen"

urlpatterns = [
    path("", about.home, name="home"),
    path("canales/", about.channels, name="channels"),
    path("privacidad/", about.privacy, name="privacy"),
    path("accesibilidad/", about.accessibility, name="accessibility"),
    path("robots.txt", about.robots, name="robots"),
]
