"""Sign-in, sign-out and password reset of staff, by allauth's views under our addresses."""

from allauth.account import views
from django.urls import path

urlpatterns = [
    path("", views.login, name="account_login"),
    path("salir/", views.logout, name="account_logout"),
    path("inactiva/", views.account_inactive, name="account_inactive"),
    path("otra-vez/", views.reauthenticate, name="account_reauthenticate"),
    path("clave/", views.password_change, name="account_change_password"),
    path("clave/olvidada/", views.password_reset, name="account_reset_password"),
    path("clave/olvidada/enviada/", views.password_reset_done, name="account_reset_password_done"),
    path("clave/nueva/<slug:uidb36>-<str:key>/", views.password_reset_from_key, name="account_reset_password_from_key"),
    path("clave/nueva/lista/", views.password_reset_from_key_done, name="account_reset_password_from_key_done"),
]
