"""What the person of a case needs."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from ventanilla.accounts.models import User
from ventanilla.cases.models import Case
from ventanilla.organisation.scoping import ScopedManager


class PreferentialReason(models.TextChoices):
    """Source: domain.md 1.8 (preferential attention); what a person said of herself, never more than the kind."""

    DISABILITY = "disability", _("discapacidad")
    PREGNANCY = "pregnancy", _("embarazo o niño pequeño")
    ELDERLY = "elderly", _("persona mayor")
    VULNERABLE = "vulnerable", _("situación de vulnerabilidad")
    OTHER = "other", _("otra")


class Language(models.TextChoices):
    """ISO 639 codes of the languages that a person may ask to be attended in."""

    SPANISH = "es", _("español")
    PORTUGUESE = "pt", _("portugués")
    ENGLISH = "en", _("inglés")
    SIGN = "ugy", _("Lengua de Señas Uruguaya")


class Needs(models.Model):
    """How a person needs to be attended; no row means nothing in particular."""

    case = models.OneToOneField(Case, primary_key=True, on_delete=models.PROTECT, related_name="+")
    language = models.CharField(_("idioma"), max_length=3, choices=Language, blank=True)
    """ "" when nobody asked for one; Spanish then."""
    preferential_reason = models.CharField(
        _("atención preferencial"), max_length=15, choices=PreferentialReason, blank=True
    )
    set_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    """None when the person said so herself in a form."""
    set_at = models.DateTimeField()

    objects = ScopedManager["Needs"]("case__public_body")
    unscoped: "models.Manager[Needs]" = models.Manager()

    class Meta:
        base_manager_name = "unscoped"
