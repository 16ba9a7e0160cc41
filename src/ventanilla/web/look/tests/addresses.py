"""Addresses for these tests: the style page without the rest of the house."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from django.views.decorators.csrf import csrf_exempt


@csrf_exempt
def nothing(request: HttpRequest) -> HttpResponse:
    """Takes what the sample forms send."""
    return HttpResponse(status=204)


urlpatterns = [
    path("look/", include("ventanilla.web.look.urls")),
    path("nada/", nothing),
    path("salir/", nothing, name="account_logout"),
    path("ingresar/", nothing, name="account_login"),
    path("clave/", nothing, name="account_reset_password"),
]
