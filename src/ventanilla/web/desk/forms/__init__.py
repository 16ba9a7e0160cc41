"""What people type at the desk, checked before anything happens."""

from ventanilla.web.desk.forms.acting import (
    AssignForm,
    BlockForm,
    ChangeForm,
    CloseForm,
    ComplexityForm,
    DiscardDoubtfulForm,
    DiscardForm,
    LinkForm,
    MergeContactForm,
    MergeForm,
    ReopenForm,
    SplitForm,
)
from ventanilla.web.desk.forms.referring import AnswerReferralForm, ClarifyForm, NotOursForm, ReferForm
from ventanilla.web.desk.forms.writing import ForwardForm, NewMailForm, NoteForm, ReplyForm

__all__ = [
    "AnswerReferralForm",
    "AssignForm",
    "BlockForm",
    "ChangeForm",
    "ClarifyForm",
    "CloseForm",
    "ComplexityForm",
    "DiscardDoubtfulForm",
    "DiscardForm",
    "ForwardForm",
    "LinkForm",
    "MergeContactForm",
    "MergeForm",
    "NewMailForm",
    "NotOursForm",
    "NoteForm",
    "ReferForm",
    "ReopenForm",
    "ReplyForm",
    "SplitForm",
]
