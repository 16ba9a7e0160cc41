"""Sign-in, sign-out, password, second factor and sessions of staff, by allauth's views under our addresses."""

from allauth.account import views
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from django.urls import path
from django.views.generic import RedirectView

from ventanilla.accounts.views import RemovePasskeyView, SecurityView, end_other_sessions

urlpatterns = [
    path("", views.login, name="account_login"),
    path("llave/", webauthn.login_webauthn, name="mfa_login_webauthn"),
    path("codigo/", mfa.authenticate, name="mfa_authenticate"),
    path("salir/", views.logout, name="account_logout"),
    path("inactiva/", views.account_inactive, name="account_inactive"),
    path("otra-vez/", views.reauthenticate, name="account_reauthenticate"),
    path("otra-vez/codigo/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("otra-vez/llave/", webauthn.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    path("clave/", views.password_change, name="account_change_password"),
    path("clave/olvidada/", views.password_reset, name="account_reset_password"),
    path("clave/olvidada/enviada/", views.password_reset_done, name="account_reset_password_done"),
    path("clave/nueva/<slug:uidb36>-<str:key>/", views.password_reset_from_key, name="account_reset_password_from_key"),
    path("clave/nueva/lista/", views.password_reset_from_key_done, name="account_reset_password_from_key_done"),
    path("seguridad/", SecurityView.as_view(), name="mfa_index"),
    path("seguridad/sesiones/cerrar/", end_other_sessions, name="account_end_other_sessions"),
    path("seguridad/aplicacion/", totp.activate_totp, name="mfa_activate_totp"),
    path("seguridad/aplicacion/quitar/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("seguridad/codigos/", codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("seguridad/codigos/nuevos/", codes.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("seguridad/codigos/bajar/", codes.download_recovery_codes, name="mfa_download_recovery_codes"),
    # allauth goes back to this name; its list is part of our page.
    path("seguridad/llaves/", RedirectView.as_view(pattern_name="mfa_index"), name="mfa_list_webauthn"),
    path("seguridad/llaves/nueva/", webauthn.add_webauthn, name="mfa_add_webauthn"),
    path("seguridad/llaves/<int:pk>/nombre/", webauthn.edit_webauthn, name="mfa_edit_webauthn"),
    path("seguridad/llaves/<int:pk>/quitar/", RemovePasskeyView.as_view(), name="mfa_remove_webauthn"),
]
