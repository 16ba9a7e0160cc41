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
from ventanilla.web.desk.forms.writing import ForwardForm, NewMailForm, NoteForm, ReplyForm

__all__ = [
    "AssignForm",
    "BlockForm",
    "ChangeForm",
    "CloseForm",
    "ComplexityForm",
    "DiscardDoubtfulForm",
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
