"""Whether the house is alive and ready."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
