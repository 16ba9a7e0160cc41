"""Addresses that exist in demo mode only."""

from django.urls import path

from ventanilla.demo import mailbox

app_name = "demo"

urlpatterns = [
    path("correo/", mailbox.mailbox, name="mailbox"),
]
