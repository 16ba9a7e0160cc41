"""`ventanilla demo`: load the demo body, once."""

from typing import Any

from django.core.management.base import BaseCommand

from ventanilla.demo.load import load_once


class Command(BaseCommand):
    help = "Carga el organismo de ejemplo, una sola vez. Sus contraseñas sirven solo en modo demo."

    def handle(self, *args: Any, **options: Any) -> None:
        made = load_once()
        self.stdout.write("Organismo de ejemplo cargado." if made else "El organismo de ejemplo ya estaba cargado.")
