"""The program `ventanilla`: Django's commands under one name, on the embedded database unless DATABASE_URL is set."""

import os
import sys

from ventanilla.config.env import BadEnvironment, environment
from ventanilla.kit.embedded import EmbeddedDatabase, EmbeddedDatabaseError

NEED_NO_DATABASE = {"read-mail", "makemessages", "compilemessages", "collectstatic", "help", "--help", "version", "--version"}

COMMANDS_WITH_HYPHENS = {"read-mail": "read_mail"}
"""Commands whose names people type with a hyphen; Django names them after a module."""


def main() -> None:
    arguments = list(sys.argv)
    command = arguments[1] if len(arguments) > 1 else "help"
    if command == "run" and "--demo" in arguments:
        # Settings depend on it, and they are read before the command's own options.
        os.environ["VENTANILLA_DEMO"] = "1"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ventanilla.config.settings")
    try:
        held = _hold_database(command)
    except (BadEnvironment, EmbeddedDatabaseError) as problem:
        sys.exit(f"ventanilla: {problem}")
    try:
        if len(arguments) > 1:
            arguments[1] = COMMANDS_WITH_HYPHENS.get(command, command)
        from django.core.management import execute_from_command_line

        execute_from_command_line(arguments)
    finally:
        if held:
            held.stop()


def _hold_database(command: str) -> EmbeddedDatabase | None:
    if environment().database_url or command in NEED_NO_DATABASE:
        return None
    held = EmbeddedDatabase(environment().home)
    held.start()
    return held
