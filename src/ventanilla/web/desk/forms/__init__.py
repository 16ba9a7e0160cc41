"""What people type at the desk, checked before anything happens."""

from ventanilla.web.desk.forms.acting import (
    AssignForm,
    ChangeForm,
    CloseForm,
    ComplexityForm,
    DiscardForm,
    LinkForm,
    MergeContactForm,
    MergeForm,
    ReopenForm,
    SplitForm,
)
from ventanilla.web.desk.forms.writing import ForwardForm, NewMailForm, NoteForm, ReplyForm

__all__ = [
    "AssignForm",
    "ChangeForm",
    "CloseForm",
    "ComplexityForm",
    "DiscardForm",
    "ForwardForm",
    "LinkForm",
    "MergeContactForm",
    "MergeForm",
    "NewMailForm",
    "NoteForm",
    "ReopenForm",
    "ReplyForm",
    "SplitForm",
]
