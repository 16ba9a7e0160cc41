"""Addresses of the supervisor's board."""

from django.urls import path

import ventanilla.web.addresses  # noqa: F401 # knows what a code looks like
from ventanilla.web.supervisor import giving, moving, readings, views, why

app_name = "supervisor"

urlpatterns = [
    path("", views.board, name="board"),
    path("ejecutivos/<int:agent_id>/reasignar/", moving.move, name="move"),
    path("lecturas/", readings.unrelated, name="readings"),
    path("solicitudes/<code:code>/asignar/", giving.assign, name="assign"),
    path("solicitudes/<code:code>/porque/", why.why, name="why"),
    path("trabajos/<int:job_id>/reintentar/", views.retry_job, name="retry_job"),
]
