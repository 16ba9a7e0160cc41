"""Every address of the house, door by door."""

from allauth.account.decorators import secure_admin_login
from django.conf import settings
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

# The administration has no sign-in of its own: it would have no limits and no second factor.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign] # as allauth's documentation says

urlpatterns: list[URLPattern | URLResolver] = [
    path("mostrador/", include("ventanilla.web.desk.urls")),
    path("supervision/", include("ventanilla.web.supervisor.urls")),
    path("api/", include("ventanilla.api.urls")),
    path("salud/", include("ventanilla.api.health")),
    path("configuracion/", admin.site.urls),
    path("", include("ventanilla.web.citizen.urls")),
    path("ingresar/gubuy/", include("ventanilla.web.citizen.sign_in_urls")),
    path("ingresar/", include("ventanilla.accounts.urls")),
]

if settings.IS_DEMO:
    urlpatterns.append(path("demo/", include("ventanilla.demo.urls")))
if settings.DEBUG:
    urlpatterns.append(path("look/", include("ventanilla.web.look.urls")))
