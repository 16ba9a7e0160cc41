"""`ventanilla demo`: load the demo body, once."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import ProgrammingError

from ventanilla.demo.load import load_once


class Command(BaseCommand):
    help = "Carga el organismo de ejemplo, una sola vez. Sus contraseñas sirven solo en modo demo."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            made = load_once()
        except ProgrammingError as problem:
            raise CommandError("La base de datos no tiene sus tablas. Ejecutá antes: ventanilla migrate") from problem
        self.stdout.write("Organismo de ejemplo cargado." if made else "El organismo de ejemplo ya estaba cargado.")
