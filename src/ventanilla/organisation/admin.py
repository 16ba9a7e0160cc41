"""The administration's pages about bodies, units, offices and calendars; hours are typed as people write them."""

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.admin import ModelAdmin, TabularInline
from unfold.widgets import UnfoldAdminTextInputWidget, UnfoldAdminURLInputWidget

from ventanilla.journal.actors import Actor, staff
from ventanilla.organisation import actions, queries
from ventanilla.organisation.models import Calendar, CalendarDay, Office, OtherBody, PublicBody, Unit
from ventanilla.organisation.rules import BadHours, HoursProblem, format_hours, parse_hours
from ventanilla.organisation.scoping import current_scope

WEEKDAYS = (
    gettext_lazy("Lunes"),
    gettext_lazy("Martes"),
    gettext_lazy("Miércoles"),
    gettext_lazy("Jueves"),
    gettext_lazy("Viernes"),
    gettext_lazy("Sábado"),
    gettext_lazy("Domingo"),
)
HOURS_EXAMPLE = "09:00–12:30, 13:30–17:00"
SAID: Mapping[HoursProblem, Promise] = {
    HoursProblem.NOT_AN_INTERVAL: gettext_lazy("«%(text)s» no es un horario: escribilo así, 09:00–12:30, 13:30–17:00."),
    HoursProblem.NOT_A_TIME: gettext_lazy("«%(text)s» no es una hora: escribila así, 09:00 (hasta 24:00)."),
    HoursProblem.BACKWARDS: gettext_lazy(
        "%(text)s termina antes de empezar: si pasa la medianoche, partilo en dos días."
    ),
    HoursProblem.OVERLAP: gettext_lazy("Los horarios %(text)s se superponen."),
}


def acting(request: HttpRequest) -> Actor:
    return staff(int(request.user.pk or 0))


def changed_fields(form: Any) -> dict[str, Any]:
    """What the person changed, of the model's own fields."""
    own = {field.name for field in form.instance._meta.fields}
    return {name: form.cleaned_data[name] for name in form.changed_data if name in own}


class OwnedAdmin(ModelAdmin):  # type: ignore[misc] # unfold ships no types
    """A table of the bodies in sight. A row stays with its body, and is put out of use instead of deleted."""

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return (*super().get_readonly_fields(request, obj), *(("public_body",) if obj else ()))

    def get_list_display(self, request: HttpRequest) -> tuple[str, ...]:
        """Under the word people use: the column itself is named in English."""
        return tuple("body_name" if name == "public_body" else name for name in super().get_list_display(request))

    @admin.display(description=gettext_lazy("Organismo"), ordering="public_body__name")
    def body_name(self, row: Any) -> str:
        return str(row.public_body)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **options: Any) -> Any:
        if db_field.name == "public_body":
            options["label"] = gettext_lazy("Organismo")
            options["queryset"] = PublicBody.objects.filter(pk__in=current_scope()).order_by("name")
        return super().formfield_for_foreignkey(db_field, request, **options)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class OwnedForm(forms.ModelForm):  # type: ignore[type-arg] # each admin names its model
    """Refuses what belongs to another body."""

    same_body: tuple[str, ...] = ()
    """Fields whose rows must be of the same body."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        body = cleaned.get("public_body") or getattr(self.instance, "public_body", None)
        for name in self.same_body:
            chosen = cleaned.get(name)
            if body is not None and chosen is not None and chosen.public_body_id != body.pk:
                self.add_error(name, _("Es de otro organismo."))
        return cleaned


class HoursField(forms.CharField):
    """Intervals of a day as text; gives pairs of minutes."""

    def __init__(self, **options: Any) -> None:
        widget = UnfoldAdminTextInputWidget(attrs={"placeholder": HOURS_EXAMPLE})
        super().__init__(required=False, widget=widget, **options)

    def clean(self, value: Any) -> Any:
        try:
            return parse_hours(super().clean(value))
        except BadHours as problem:
            raise ValidationError(SAID[problem.problem] % {"text": problem.text}) from problem


class BodyForm(forms.ModelForm):  # type: ignore[type-arg] # its admin names the model
    """Names no fields itself: Django would ask for calendars while it loads the module, outside every scope."""

    def clean_default_calendar(self) -> Calendar | None:
        calendar: Calendar | None = self.cleaned_data["default_calendar"]
        if calendar is not None and calendar.public_body_id != self.instance.pk:
            raise ValidationError(_("El calendario es de otro organismo."))
        return calendar


@admin.register(PublicBody)
class PublicBodyAdmin(ModelAdmin):  # type: ignore[misc] # unfold ships no types
    """Whoever runs the machine makes bodies and sees each; others see theirs. A new one is in nobody's sight until
    somebody gets a role in it."""

    form = BodyForm
    fields = (
        "slug",
        "name",
        "host_names",
        "default_calendar",
        "acknowledgement_text",
        "signature_text",
        "allows_anonymous",
        "welcome_text",
        "emergency_text",
        "emergency_until",
        "data_controller",
        "database_name",
        "privacy_contact",
        "accessibility_contact",
        "reopen_window_days",
        "is_active",
    )
    list_display = ("name", "slug", "is_active")

    def get_queryset(self, request: HttpRequest) -> "models.QuerySet[PublicBody]":
        found: models.QuerySet[PublicBody] = super().get_queryset(request)
        return found if request.user.is_superuser else found.filter(pk__in=current_scope())

    def has_add_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_superuser)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Addresses and commands name a body by its slug."""
        return ("slug",) if obj else ()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: PublicBody, form: Any, change: bool) -> None:
        if change:
            actions.change_body(queries.body_by_id(obj.pk), by=acting(request), **changed_fields(form))
        else:
            obj.pk = actions.create_body(by=acting(request), **form.cleaned_data).pk


class UnitForm(OwnedForm):
    same_body = ("parent",)

    def clean_parent(self) -> Unit | None:
        """A unit never stands, at any height, below itself."""
        parent: Unit | None = self.cleaned_data["parent"]
        above = parent
        while above is not None:
            if above.pk == self.instance.pk:
                raise ValidationError(_("Una unidad no puede depender de sí misma."))
            above = above.parent
        return parent


@admin.register(Unit)
class UnitAdmin(OwnedAdmin):
    form = UnitForm
    fields = ("public_body", "slug", "name", "parent", "email")
    list_display = ("name", "parent", "public_body")
    list_select_related = ("parent", "public_body")
    search_fields = ("name",)

    def save_model(self, request: HttpRequest, obj: Unit, form: Any, change: bool) -> None:
        if change:
            actions.change_unit(Unit.objects.get(pk=obj.pk), by=acting(request), **changed_fields(form))
        else:
            fields = dict(form.cleaned_data)
            obj.pk = actions.create_unit(fields.pop("public_body"), by=acting(request), **fields).pk


class OfficeForm(OwnedForm):
    same_body = ("unit", "calendar")


@admin.register(Office)
class OfficeAdmin(OwnedAdmin):
    form = OfficeForm
    fields = ("public_body", "unit", "name", "address", "phone", "calendar")
    list_display = ("name", "address", "unit", "public_body")
    list_select_related = ("unit", "public_body")

    def save_model(self, request: HttpRequest, obj: Office, form: Any, change: bool) -> None:
        if change:
            actions.change_office(Office.objects.get(pk=obj.pk), by=acting(request), **changed_fields(form))
        else:
            fields = dict(form.cleaned_data)
            obj.pk = actions.create_office(fields.pop("public_body"), by=acting(request), **fields).pk


class OtherBodyForm(OwnedForm):
    website = forms.URLField(
        label=gettext_lazy("sitio web"), required=False, assume_scheme="https", widget=UnfoldAdminURLInputWidget
    )


@admin.register(OtherBody)
class OtherBodyAdmin(OwnedAdmin):
    """The directory by which "no corresponde" points people to the right body."""

    form = OtherBodyForm
    fields = ("public_body", "name", "purpose", "website", "phone", "email", "address", "hours", "is_active")
    list_display = ("name", "purpose", "public_body", "is_active")
    list_filter = ("is_active",)
    list_select_related = ("public_body",)
    search_fields = ("name", "purpose")

    def save_model(self, request: HttpRequest, obj: OtherBody, form: Any, change: bool) -> None:
        if change:
            actions.change_other_body(OtherBody.objects.get(pk=obj.pk), by=acting(request), **changed_fields(form))
        else:
            fields = dict(form.cleaned_data)
            obj.pk = actions.create_other_body(fields.pop("public_body"), by=acting(request), **fields).pk


class DayForm(forms.ModelForm):  # type: ignore[type-arg] # Django's own class takes its model from Meta
    """A date of the body's own; without hours it is closed."""

    hours = HoursField(label=gettext_lazy("horario (vacío: cerrado)"))

    class Meta:
        model = CalendarDay
        fields = ("on", "name")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.initial["hours"] = format_hours(self.instance.intervals)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        self.instance.intervals = [list(interval) for interval in cleaned.get("hours", ())]
        return cleaned


class DayInline(TabularInline):  # type: ignore[misc] # unfold ships no types
    model = CalendarDay
    form = DayForm
    fields = ("on", "name", "hours")
    extra = 1


class CalendarForm(OwnedForm):
    """The hours of the week, a line a day."""

    day_0 = HoursField(label=WEEKDAYS[0])
    day_1 = HoursField(label=WEEKDAYS[1])
    day_2 = HoursField(label=WEEKDAYS[2])
    day_3 = HoursField(label=WEEKDAYS[3])
    day_4 = HoursField(label=WEEKDAYS[4])
    day_5 = HoursField(label=WEEKDAYS[5])
    day_6 = HoursField(label=WEEKDAYS[6])

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if self.instance.pk:
            week = queries.week_of(self.instance.pk)
            for day in range(7):
                self.initial[f"day_{day}"] = format_hours(week.get(day, ()))

    def clean_time_zone(self) -> str:
        name: str = self.cleaned_data["time_zone"]
        try:
            ZoneInfo(name)
        except (OSError, KeyError, ValueError) as problem:
            raise ValidationError(_("No conocemos ese huso horario; por ejemplo, America/Montevideo.")) from problem
        return name

    def week(self) -> dict[int, Any]:
        return {day: self.cleaned_data[f"day_{day}"] for day in range(7)}


@admin.register(Calendar)
class CalendarAdmin(OwnedAdmin):
    form = CalendarForm
    inlines = (DayInline,)
    list_display = ("name", "public_body", "time_zone", "closes_on_national_holidays")
    list_select_related = ("public_body",)
    fieldsets = (
        (None, {"fields": ("public_body", "slug", "name", "time_zone", "closes_on_national_holidays")}),
        (
            gettext_lazy("Horario de la semana"),
            {
                "fields": tuple(f"day_{day}" for day in range(7)),
                "description": gettext_lazy("Varios intervalos van separados por comas; un día vacío está cerrado."),
            },
        ),
    )

    def save_model(self, request: HttpRequest, obj: Calendar, form: Any, change: bool) -> None:
        by = acting(request)
        if not change:
            cleaned = form.cleaned_data
            names = ("slug", "name", "time_zone", "closes_on_national_holidays")
            made = actions.create_calendar(
                cleaned["public_body"], week=form.week(), by=by, **{name: cleaned[name] for name in names}
            )
            obj.pk, obj.version = made.pk, made.version
            return
        calendar, changed = Calendar.objects.get(pk=obj.pk), set(form.changed_data)
        if changed & {"slug", "name"}:
            actions.rename_calendar(calendar, obj.slug, obj.name)
        if changed & {"time_zone", "closes_on_national_holidays"}:
            actions.set_zone(
                calendar,
                time_zone=obj.time_zone,
                closes_on_national_holidays=obj.closes_on_national_holidays,
                by=by,
            )
        if any(name.startswith("day_") for name in changed):
            actions.set_week(calendar, form.week(), by=by)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        by, calendar = acting(request), Calendar.objects.get(pk=form.instance.pk)
        formset.save(commit=False)
        altered: list[models.Model] = [day for day, _fields in formset.changed_objects]
        before = CalendarDay.objects.in_bulk([day.pk for day in [*formset.deleted_objects, *altered]])
        for day in formset.deleted_objects:
            actions.remove_day(calendar, before[day.pk].on, by=by)
        for day in altered:
            actions.remove_day(calendar, before[day.pk].on, by=by)
        for day in [*altered, *formset.new_objects]:
            actions.set_day(calendar, day.on, day.name, day.intervals, by=by)
