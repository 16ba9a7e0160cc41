"""Addresses of the supervisor's board."""

from django.urls import path

from ventanilla.web.supervisor import readings, views

app_name = "supervisor"

urlpatterns = [
    path("", views.board, name="board"),
    path("lecturas/", readings.unrelated, name="readings"),
    path("trabajos/<int:job_id>/reintentar/", views.retry_job, name="retry_job"),
]
