"""Addresses of the supervisor's board."""

from django.urls import path

import ventanilla.web.addresses  # noqa: F401 # knows what a code looks like
from ventanilla.web.supervisor import coverage, giving, moving, readings, views, why

app_name = "supervisor"

urlpatterns = [
    path("", views.board, name="board"),
    path("capacitacion/", coverage.coverage, name="coverage"),
    path("capacitacion/<int:agent_id>/", coverage.person, name="training_of"),
    path("capacitacion/<int:agent_id>/excepcion/", coverage.grant, name="grant_exemption"),
    path("capacitacion/<int:agent_id>/excepcion/terminar/", coverage.end, name="end_exemption"),
    path("capacitacion/<int:agent_id>/certificado/", coverage.certify, name="certify"),
    path("capacitacion/<int:agent_id>/certificado/revocar/", coverage.revoke, name="revoke_certificate"),
    path("ejecutivos/<int:agent_id>/reasignar/", moving.move, name="move"),
    path("lecturas/", readings.unrelated, name="readings"),
    path("solicitudes/<code:code>/asignar/", giving.assign, name="assign"),
    path("solicitudes/<code:code>/porque/", why.why, name="why"),
    path("trabajos/<int:job_id>/reintentar/", views.retry_job, name="retry_job"),
]
