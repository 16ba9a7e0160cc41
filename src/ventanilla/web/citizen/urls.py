"""Addresses of the portal (interface.md section 5)."""

from django.urls import path

import ventanilla.web.addresses  # noqa: F401 # knows what a code looks like
from ventanilla.web.citizen.views import about, case, following, new_request, request_files, sending

app_name = "citizen"

urlpatterns = [
    path("", about.home, name="home"),
    path("canales/", about.channels, name="channels"),
    path("privacidad/", about.privacy, name="privacy"),
    path("accesibilidad/", about.accessibility, name="accessibility"),
    path("solicitudes/nueva/", new_request.start, name="new_request"),
    path("solicitudes/nueva/archivos/", request_files.files, name="new_request_files"),
    path("solicitudes/nueva/revisar/", sending.review, name="new_request_review"),
    path("solicitudes/nueva/olvidar/", new_request.forget, name="new_request_forget"),
    path("solicitudes/nueva/<slug:slug>/", new_request.question, name="new_request_step"),
    path("solicitudes/recibida/", new_request.received, name="new_request_received"),
    path("robots.txt", about.robots, name="robots"),
    path("seguimiento/", following.follow, name="follow"),
    path("seguimiento/perdi-mi-codigo/", following.lost, name="lost"),
    path("seguimiento/enlace/<str:token>/", following.proof, name="proof"),
    path("salir/", following.leave, name="leave"),
    path("solicitudes/", following.mine, name="mine"),
    path("solicitudes/<code:code>/", case.case, name="case"),
    path("solicitudes/<code:code>/agregar/", case.add, name="add"),
    path("solicitudes/<code:code>/cerrar/", case.close, name="close"),
    path("solicitudes/<code:code>/reabrir/", case.reopen, name="reopen"),
    path("solicitudes/<code:code>/enlace-nuevo/", case.new_key, name="new_key"),
    path("solicitudes/<code:code>/archivos/<int:file_id>/", case.file, name="file"),
]
