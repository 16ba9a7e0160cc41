"""How a person needs to be attended."""

from typing import TYPE_CHECKING

from django import forms
from django.utils.translation import gettext_lazy as _

from ventanilla.routing import queries as routing
from ventanilla.web.desk.forms.fields import Data, offer

if TYPE_CHECKING:
    from ventanilla.routing.models import Needs


class NeedsForm(forms.Form):
    """The language, and whether her attention is preferential; what she says is enough, and nothing proves it."""

    language = forms.ChoiceField(
        label=_("Idioma en que necesita la atención"),
        help_text=_("Si nadie presente lo habla, la recibe igual quien pueda atenderla."),
        required=False,
    )
    preferential_reason = forms.ChoiceField(
        label=_("Atención preferencial"),
        help_text=_(
            "Alcanza con que la persona lo diga. El motivo se ve solo en esta solicitud, y no queda en el registro."
        ),
        required=False,
    )

    def __init__(self, data: Data = None, *, needs: "Needs | None") -> None:
        given = {"language": needs.language, "preferential_reason": needs.preferential_reason} if needs else {}
        super().__init__(data, initial=given)
        others = [(code, name[:1].upper() + name[1:]) for code, name in routing.LANGUAGES if code != routing.OURS]
        offer(self, "language", [("", _("Español")), *others])
        reasons = [(value, label[:1].upper() + label[1:]) for value, label in routing.PREFERENTIAL_REASONS]
        offer(self, "preferential_reason", [("", _("No")), *reasons])
