"""Draws every Django form with our fields."""

from django.forms.renderers import DjangoTemplates


class LookRenderer(DjangoTemplates):
    """Named in the setting `FORM_RENDERER`; `{{ form }}` and `{{ field.as_field_group }}` then need nothing more."""

    form_template_name = "look/form/form.html"
    field_template_name = "look/form/field.html"
