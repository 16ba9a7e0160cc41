"""Addresses that exist in demo mode only."""

from django.urls import path

from ventanilla.demo import gubuy, mailbox

app_name = "demo"

urlpatterns = [
    path("correo/", mailbox.mailbox, name="mailbox"),
    path("gubuy/authorize", gubuy.authorize, name="gubuy_authorize"),
    path("gubuy/token", gubuy.token, name="gubuy_token"),
    path("gubuy/userinfo", gubuy.userinfo, name="gubuy_userinfo"),
    path("gubuy/jwks", gubuy.jwks, name="gubuy_jwks"),
    path("gubuy/logout", gubuy.logout, name="gubuy_logout"),
]
