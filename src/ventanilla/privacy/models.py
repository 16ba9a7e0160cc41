"""Notices and consents."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from ventanilla.cases.models import Case
from ventanilla.organisation.scoping import Owned


class Notice(Owned):
    """A version of what a body tells before it asks for data. Never changed: another text is another version.

    Source: Ley 18.331 art. 13 (purpose, recipients, controller, whether compulsory, consequences, rights).
    """

    text = models.TextField(_("texto"))
    """Plain text; paragraphs are parted by an empty line."""
    digest = models.CharField(max_length=64)
    """SHA-256 of the text, hexadecimal."""
    is_own = models.BooleanField(_("redactado por el organismo"), default=False)
    """False for the standard text, made from what the administration says of the body."""
    published_at = models.DateTimeField(_("vigente desde"))

    class Meta(Owned.Meta):
        verbose_name = _("aviso de privacidad")
        verbose_name_plural = _("avisos de privacidad")
        indexes = [models.Index(fields=["public_body", "-published_at", "-id"], name="notice_in_force")]

    def __str__(self) -> str:
        return f"{self.published_at:%Y-%m-%d %H:%M}"


class Consent(Owned):
    """Somebody accepted a notice when she filed a case. Source: Ley 18.331 art. 9 (documented, told apart)."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, related_name="+")
    given_at = models.DateTimeField()
    channel = models.CharField(max_length=30)

    class Meta(Owned.Meta):
        indexes = [models.Index(fields=["case"], name="consent_of_case")]
