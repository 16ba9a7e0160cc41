"""Addresses of signing in with Usuario gub.uy."""

from django.urls import path

from ventanilla.web.citizen import sign_in

app_name = "gubuy"

urlpatterns = [
    path("", sign_in.start, name="start"),
    path("ir/", sign_in.go, name="go"),
    path("vuelta/", sign_in.come_back, name="come_back"),
    path("salir/", sign_in.leave, name="leave"),
]
