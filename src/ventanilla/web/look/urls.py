"""The living style page; included only in debug mode."""

from django.urls import path

from ventanilla.web.look import views

app_name = "look"
urlpatterns = [
    path("", views.style_page, name="style"),
    path("escritorio/", views.mock_desk, name="desk"),
    path("errores/<int:status>/", views.mock_error, name="error"),
]
