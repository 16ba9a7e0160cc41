"""The program `ventanilla`: Django's commands under one name, on the embedded database unless DATABASE_URL is set."""

import os
import signal
import sys
from types import FrameType

from ventanilla.config.env import BadEnvironment, environment
from ventanilla.kit.embedded import EmbeddedDatabase, EmbeddedDatabaseError

NEED_NO_DATABASE = {"read-mail", "help", "--help", "version", "--version"}

COMMANDS_WITH_HYPHENS = {"read-mail": "read_mail"}
"""Commands whose names people type with a hyphen; Django names them after a module."""

EXIT_INTERRUPTED = 128 + signal.SIGINT
EXIT_TRY_AGAIN = 75
"""EX_TEMPFAIL: a mail server that pipes to `deliver` keeps the message, and does not send it back to the person."""


def main() -> None:
    arguments = list(sys.argv)
    command = arguments[1] if len(arguments) > 1 else "help"
    if command == "run" and "--demo" in arguments:
        # Settings depend on it, and they are read before the command's own options.
        os.environ["VENTANILLA_DEMO"] = "1"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ventanilla.config.settings")
    # Python dies of SIGTERM without leaving its blocks; then the database would stay behind.
    signal.signal(signal.SIGTERM, _leave)
    held: EmbeddedDatabase | None = None
    try:
        held = _hold_database(command)
        if len(arguments) > 1:
            arguments[1] = COMMANDS_WITH_HYPHENS.get(command, command)
        from django.core.management import execute_from_command_line

        execute_from_command_line(arguments)
    except (BadEnvironment, EmbeddedDatabaseError) as problem:
        sys.stderr.write(f"ventanilla: {problem}\n")
        sys.exit(EXIT_TRY_AGAIN if command == "deliver" else 1)
    except KeyboardInterrupt:
        sys.exit(EXIT_INTERRUPTED)
    finally:
        if held:
            _stop(held)


def _leave(number: int, frame: FrameType | None) -> None:
    sys.exit(128 + number)


def _stop(held: EmbeddedDatabase) -> None:
    """Stop the database whatever the impatience at the keyboard."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    held.stop()


def _hold_database(command: str) -> EmbeddedDatabase | None:
    if environment().database_url or command in NEED_NO_DATABASE:
        return None
    held = EmbeddedDatabase(environment().home)
    held.start()
    return held
