"""Users, memberships, tokens."""

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from ventanilla.organisation.models import PublicBody, Unit


class UserKind(models.TextChoices):
    STAFF = "staff", _("personal")
    CITIZEN = "citizen", _("persona")


class Role(models.TextChoices):
    """The glossary's roles (domain.md 1.7, 1.8)."""

    AGENT = "agent", _("ejecutivo/a de atención")
    REFERENT = "referent", _("referente")
    SUPERVISOR = "supervisor", _("supervisor/a")
    MANAGER = "manager", _("gerente de Atención")
    QUALITY = "quality", _("gestor/a de calidad")
    ADMINISTRATOR = "administrator", _("administrador/a")


class User(AbstractUser):
    """A sign-in. `first_name` and `last_name` are how colleagues know the person."""

    kind = models.CharField(_("clase"), max_length=10, choices=UserKind, default=UserKind.STAFF)
    session_epoch = models.PositiveIntegerField(default=0, editable=False)
    """Grows when all her sessions are ended: each session carries the epoch that it began in."""

    class Meta:
        verbose_name = _("usuario")
        verbose_name_plural = _("usuarios")

    @property
    def display_name(self) -> str:
        return self.get_full_name() or self.username

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Django compares it at each request: a session ends with the password, or the epoch, that it began with."""
        whole = f"{self.password}:{self.session_epoch}"
        secret = secret or settings.SECRET_KEY
        return salted_hmac("ventanilla.accounts.session", whole, secret=secret, algorithm="sha256").hexdigest()


class Membership(models.Model):
    """What a user is in a body; an agent of a shared centre has one for each body that its contract covers.

    Not owned on purpose: it is what scopes are made from.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    public_body = models.ForeignKey(PublicBody, on_delete=models.PROTECT, related_name="+", verbose_name=_("organismo"))
    role = models.CharField(_("rol"), max_length=15, choices=Role)
    unit = models.ForeignKey(
        Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("unidad")
    )

    class Meta:
        verbose_name = _("rol en un organismo")
        verbose_name_plural = _("roles en organismos")
        constraints = [models.UniqueConstraint(fields=["user", "public_body", "role"], name="membership_once")]


class ApiToken(models.Model):
    """A program's key; it sees what its user sees. Only the digest is kept."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+", verbose_name=_("usuario"))
    digest = models.CharField(max_length=64, unique=True)
    """SHA-256 of the token, hexadecimal."""
    created_at = models.DateTimeField(_("creado"))
    last_used_on = models.DateField(_("usado por última vez"), null=True)
    revoked_at = models.DateTimeField(_("anulado"), null=True)

    class Meta:
        verbose_name = _("token de la API")
        verbose_name_plural = _("tokens de la API")

    def __str__(self) -> str:
        return f"{self.user.username} · {self.created_at:%Y-%m-%d %H:%M}"


class IdempotencyKey(models.Model):
    """A program's promise that two requests are one (the `Idempotency-Key` header), and what the first was answered.

    Kept for a day. `response_body` holds ids, codes and states only: never what somebody said, nor a key of a case.
    A program without a token shares the keys of the body that it asks with every other such program.
    """

    token = models.ForeignKey(ApiToken, null=True, on_delete=models.CASCADE, related_name="+")
    public_body = models.ForeignKey(PublicBody, null=True, on_delete=models.PROTECT, related_name="+")
    """The body that was asked; only without a token."""
    key = models.CharField(max_length=255)
    request_digest = models.CharField(max_length=64)
    """SHA-256 of method, address and body, hexadecimal: the same key with another request is a mistake."""
    created_at = models.DateTimeField()
    response_status = models.PositiveSmallIntegerField(null=True)
    """None while the first request is being answered, inside its own transaction."""
    response_body = models.JSONField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["token", "key"], name="idempotency_key_once"),
            models.UniqueConstraint(
                fields=["public_body", "key"], condition=models.Q(token=None), name="idempotency_key_once_in_public"
            ),
            models.CheckConstraint(
                condition=models.Q(token=None) ^ models.Q(public_body=None), name="idempotency_key_has_one_owner"
            ),
        ]
        indexes = [models.Index(fields=["created_at"], name="idempotency_key_age")]


class AttemptCount(models.Model):
    """Failed attempts to sign in under one name, or from one address, and until when no more are taken.

    `key` is a keyed digest: neither a name that a stranger tried nor an address can be read from it. `user` is who is
    locked out, so that an administrator can see and undo it; None for an address and for a name that nobody has.
    """

    key = models.CharField(max_length=64, unique=True)
    user = models.ForeignKey(User, null=True, on_delete=models.CASCADE, related_name="+")
    failures = models.PositiveSmallIntegerField(default=0)
    counted_since_at = models.DateTimeField()
    locked_until_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["counted_since_at"], name="attempt_count_age")]


class UsedCode(models.Model):
    """A code of an authenticator app that was used: it opens nothing a second time, on no machine."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64)
    used_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "digest"], name="used_code_once")]
        indexes = [models.Index(fields=["used_at"], name="used_code_age")]


class KnownDevice(models.Model):
    """A browser that the user has signed in with, told by a cookie of its own; only the cookie's digest is kept."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64)
    first_seen_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "digest"], name="known_device_once")]
