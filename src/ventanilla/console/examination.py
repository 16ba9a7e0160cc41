"""What `ventanilla doctor` looks at: each finding names a problem and its mend, in Spanish."""

import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import psycopg
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import DEFAULT_DB_ALIAS, Error, connection, connections
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext as _

from ventanilla.api import health
from ventanilla.console import serving
from ventanilla.console.serving import CannotServe, Part
from ventanilla.intake import queries as intake
from ventanilla.kit import clamd, clock
from ventanilla.messages.contract import SelfTested
from ventanilla.messages.registry import UnknownChannel
from ventanilla.organisation import queries as organisation
from ventanilla.organisation.scoping import scope
from ventanilla.sla import queries as sla
from ventanilla.workforce import queries as workforce

OLDEST_POSTGRESQL = 150000
SECRET_KEY_MIN_CHARACTERS = 40


@dataclass(frozen=True, slots=True)
class Finding:
    """`area` is a code for scripts; `problem` and `mend` are for people."""

    area: str
    problem: str
    mend: str


def examine() -> list[Finding]:
    """Everything that is wrong. What needs the database is asked only when it answers and its schema is there."""
    found = [*_settings(), *_doors(), *_outgoing_mail(), *_files(), *_scanner(), *_mail_listener()]
    database = list(_database())
    found += database
    if not database:
        found += _redis()
        found += [finding for check in (_bodies, _houses) for finding in check()]
    return found


def _settings() -> Iterator[Finding]:
    environment = settings.ENVIRONMENT
    if environment.secret_key and len(environment.secret_key) < SECRET_KEY_MIN_CHARACTERS:
        yield Finding(
            "secret_key",
            _("La clave secreta es corta y se puede adivinar."),
            _("Poné en VENTANILLA_SECRET_KEY al menos 40 caracteres al azar, o sacala y se genera una."),
        )
    if is_public() and not settings.GIVEN_HOSTS:
        yield Finding(
            "allowed_hosts",
            _("El sitio escucha fuera de esta máquina y no sabe con qué nombres se lo llama."),
            _("Poné en VENTANILLA_ALLOWED_HOSTS los nombres del sitio, separados por comas."),
        )
    if "*" in settings.ALLOWED_HOSTS:
        yield Finding(
            "allowed_hosts",
            _("El sitio acepta cualquier nombre, también uno inventado por un atacante."),
            _("Cambiá el * de VENTANILLA_ALLOWED_HOSTS por los nombres del sitio."),
        )
    if is_public() and settings.DEBUG:
        yield Finding(
            "debug",
            _("El modo de depuración muestra el código y los datos a quien provoque un error."),
            _("Sacá VENTANILLA_DEBUG."),
        )
    if is_public() and settings.IS_DEMO:
        yield Finding(
            "demo",
            _("El modo de demostración tiene contraseñas públicas y escucha fuera de esta máquina."),
            _("Sacá VENTANILLA_DEMO, o escuchá solo en 127.0.0.1 con VENTANILLA_HOST."),
        )


def _doors() -> Iterator[Finding]:
    """Whether the house knows its own address, whose word about strangers it takes, and how much it bears."""
    if is_public() and not settings.ENVIRONMENT.public_url and not settings.IS_DEMO:
        yield Finding(
            "public_url",
            _("El sitio no sabe su dirección: los enlaces de los correos llevan a %(address)s.")
            % {"address": settings.PUBLIC_URL},
            _("Poné en VENTANILLA_PUBLIC_URL la dirección del sitio, con https://."),
        )
    if settings.IS_PUBLIC_HTTPS and not settings.TRUSTED_PROXIES:
        yield Finding(
            "trusted_proxies",
            _("El sitio está detrás de un proxy al que no le cree: todas las personas parecen una sola dirección."),
            _("Poné en VENTANILLA_TRUSTED_PROXIES la red del proxy, por ejemplo 127.0.0.1."),
        )
    if any(network.endswith("/0") for network in settings.TRUSTED_PROXIES):
        yield Finding(
            "trusted_proxies",
            _("El sitio le cree a cualquiera la dirección que dice tener: los límites no frenan a nadie."),
            _("Dejá en VENTANILLA_TRUSTED_PROXIES solo las redes de tus proxies."),
        )
    if settings.RATE_LIMITS_SCALE == 0:
        yield Finding(
            "rate_limits",
            _("Los límites de uso están apagados: cualquiera puede inundar el sitio o probar claves sin freno."),
            _("Sacá VENTANILLA_RATE_LIMITS."),
        )


def _scanner() -> Iterator[Finding]:
    if clamd.is_configured() and not clamd.is_answering():
        yield Finding(
            "clamd",
            _("El antivirus no contesta en %(place)s: los archivos quedan sin analizar.") % {"place": settings.CLAMD},
            _("Iniciá clamd, o corregí VENTANILLA_CLAMD (máquina:puerto, o la ruta del socket)."),
        )


def is_public() -> bool:
    return settings.ENVIRONMENT.host not in ("127.0.0.1", "localhost", "::1")


def _outgoing_mail() -> Iterator[Finding]:
    if not settings.ENVIRONMENT.smtp_url and not settings.IS_DEMO:
        yield Finding(
            "outgoing_mail",
            _("No hay servidor de correo saliente: las respuestas quedan guardadas y no se envían."),
            _("Poné en VENTANILLA_SMTP_URL smtp://usuario:contraseña@servidor:puerto."),
        )


def _mail_listener() -> Iterator[Finding]:
    """A free port is in order, for the listener may be started later; so is one that greets as a mail server does."""
    if health.is_mail_listener_answering():
        return
    try:
        serving.claim_ports([Part.MAIL])
    except CannotServe as problem:
        yield Finding("mail_listener", str(problem), _("Después iniciá «ventanilla run» o «ventanilla mail»."))


def _files() -> Iterator[Finding]:
    name = f"doctor/{secrets.token_hex(8)}"
    try:
        stored = default_storage.save(name, ContentFile(b"doctor"))
        default_storage.delete(stored)
    except OSError as problem:
        yield Finding(
            "files",
            _("No se pueden guardar archivos: %(reason)s.") % {"reason": problem.strerror or problem},
            _("Dale permiso de escritura a la cuenta de Ventanilla en %(place)s.")
            % {"place": settings.ENVIRONMENT.home},
        )


def _database() -> Iterator[Finding]:
    try:
        connection.ensure_connection()
        version = connection.pg_version if hasattr(connection, "pg_version") else 0
    except (Error, psycopg.Error, ImproperlyConfigured):
        yield Finding(
            "database",
            _("La base de datos no contesta."),
            _("Revisá DATABASE_URL y que PostgreSQL esté en marcha."),
        )
        return
    if version < OLDEST_POSTGRESQL:
        yield Finding(
            "database",
            _("PostgreSQL es demasiado viejo: %(version)s.") % {"version": version // 10000},
            _("Instalá PostgreSQL 15 o más nuevo."),
        )
    executor = MigrationExecutor(connections[DEFAULT_DB_ALIAS])
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        yield Finding("schema", _("La base de datos no está al día."), _("Ejecutá: ventanilla migrate"))


def _redis() -> Iterator[Finding]:
    if settings.ENVIRONMENT.redis_url:
        return
    if _working_processes() > 1:
        yield Finding(
            "redis",
            _(
                "Hay varios procesos y no comparten los avisos en vivo ni los límites de uso: "
                "los tableros no se actualizan solos, y cada proceso cuenta por su lado."
            ),
            _("Poné en REDIS_URL la dirección de Valkey o Redis."),
        )


def _working_processes() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > now() - interval '30 seconds'"
        )
        row = cursor.fetchone()
    return int(row[0]) if row else 0


def _bodies() -> Iterator[Finding]:
    if not organisation.bodies():
        yield Finding(
            "body",
            _("No hay ningún organismo."),
            _("Crealo en la administración, o cargá el de ejemplo: ventanilla demo"),
        )


def _houses() -> Iterator[Finding]:
    """What each body needs so that a mail that comes in is answered."""
    checks: tuple[Callable[[], Iterator[tuple[str, str, str]]], ...] = (_policies, _accounts, _teams)
    for body in organisation.bodies():
        with scope({body.pk}):
            if body.default_calendar_id is None:
                yield Finding(
                    "calendar",
                    _("%(body)s no tiene calendario.") % {"body": body.name},
                    _("Elegí el calendario del organismo en la administración."),
                )
            for check in checks:
                for area, problem, mend in check():
                    yield Finding(area, f"{body.name}: {problem}", mend)


def _policies() -> Iterator[tuple[str, str, str]]:
    if not sla.policies_in_force():
        yield (
            "policy",
            _("no tiene ningún estándar de respuesta, así que nada tiene plazo."),
            _("Creá uno en la administración."),
        )
    for trouble in sla.troubles():
        yield "policy", trouble.message, trouble.mend


def _accounts() -> Iterator[tuple[str, str, str]]:
    accounts = [account for account in intake.accounts() if account.is_active]
    if not accounts:
        yield "account", _("no tiene ninguna cuenta de canal."), _("Creá la cuenta de correo en la administración.")
    for account in accounts:
        try:
            channel = intake.channel_of(account)
        except UnknownChannel:
            yield (
                "channel",
                _("la cuenta %(address)s usa un canal que no está instalado: %(channel)s.")
                % {"address": account.address, "channel": account.channel},
                _("Instalá el paquete del canal o desactivá la cuenta."),
            )
            continue
        if isinstance(channel, SelfTested):
            yield from (
                ("channel", f"{account.address}: {problem}", _("Corregila en la administración."))
                for problem in channel.self_test()
            )


def _teams() -> Iterator[tuple[str, str, str]]:
    teams = workforce.teams()
    if not teams:
        yield (
            "team",
            _("no tiene ningún equipo de atención."),
            _("Creá un equipo y sus integrantes en la administración."),
        )
        return
    agents = workforce.agents()
    trained = workforce.certified([agent.pk for agent in agents], clock.now().date())
    for channel in sorted({account.channel for account in intake.accounts() if account.is_active}):
        if not any(channel in channels for channels in trained.values()):
            yield (
                "training",
                _("nadie está formado para atender el canal %(channel)s.") % {"channel": channel},
                _("Registrá en la administración quién se formó en ese canal."),
            )
