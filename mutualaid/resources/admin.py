"""What is near, in the admin: its rows, what has to be checked, and files in and out."""

from collections.abc import Mapping
from typing import Any, ClassVar, cast

from django import forms
from django.contrib import admin, messages
from django.db.models import CharField, Count, Q, QuerySet, TextField
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mutualaid.admin.action_admin import ActionAdmin, without_related_links
from mutualaid.admin.careful_form import CarefulRowForm
from mutualaid.admin.step_page import StepPage
from mutualaid.forms.typed_text import LineField
from mutualaid.forms.typed_text import TextField as TypedTextField
from mutualaid.people.models import User
from mutualaid.resources import actions, admin_pages  # noqa: F401  its pages register themselves
from mutualaid.resources.models import Resource


class ResourceForm(CarefulRowForm):
    class Meta:
        model = Resource
        fields = actions.EDITABLE

    def current(self) -> Mapping[str, object]:
        columns = super().current()
        if not columns:
            return {}
        resource = Resource.objects.get(pk=self.instance.pk)
        links = {name: list(getattr(resource, name).all()) for name in actions.MANY_TO_MANY}
        return {**columns, **links}


class CheckedForm(forms.Form):
    """Carries the reports that were on the page: what came later is not settled by it."""

    def __init__(self, data: Any, *, resource: Resource) -> None:
        super().__init__(data)
        self.fields["reports"] = forms.ModelMultipleChoiceField(
            queryset=resource.reports, required=False, widget=forms.MultipleHiddenInput
        )


class CheckedPage(StepPage[Resource, CheckedForm]):
    """Say that all of a resource is right as of today."""

    name = "checked"
    title = gettext_lazy("Is all of it right?")
    template = "admin/resource_checked.html"

    def form(self, data: Any = None) -> CheckedForm:
        return CheckedForm(data, resource=self.row)

    def act(self, form: CheckedForm) -> str:
        read = [report.pk for report in form.cleaned_data["reports"]]
        actions.mark_checked(self.row, by=self.me, settles=read)
        return _("Checked today: %s") % self.row

    def context(self, form: CheckedForm) -> dict[str, Any]:
        return {"resource": Resource.objects.with_all().with_reports().get(pk=self.row.pk)}

    def next_url(self) -> str:
        return reverse("admin:resources_to_check")


class StateFilter(admin.SimpleListFilter):
    title = gettext_lazy("what to do")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [
            ("due", _("due for a check")),
            ("reported", _("someone says it is wrong")),
            ("shown", _("everyone sees it")),
        ]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        match self.value():
            case "due":
                return queryset.due()
            case "reported":
                return queryset.reported()
            case "shown":
                return queryset.shown()
        return queryset


@admin.register(Resource)
class ResourceAdmin(ActionAdmin[Resource]):
    form = ResourceForm
    change_list_template = "admin/resource_list.html"
    change_form_template = "admin/resource_change_form.html"
    list_display = ("name", "kind", "locality", "checked_on", "reports")
    list_filter = (StateFilter, "kind", "is_active")
    list_select_related = ("locality",)
    search_fields = ("name", "organization")
    readonly_fields = ("checked_on", "checked_by")
    fieldsets: ClassVar = [
        (None, {"fields": ("name", "organization", "kind", "categories", "description")}),
        (gettext_lazy("Where and when"), {"fields": ("locality", "address", "areas", "hours")}),
        (
            gettext_lazy("For whom"),
            {"fields": ("eligibility", "to_bring", "cost", "languages")},
        ),
        (gettext_lazy("How to reach it"), {"fields": ("phone", "email", "website")}),
        (gettext_lazy("Is it right?"), {"fields": ("is_active", "checked_on", "checked_by")}),
    ]
    formfield_overrides: ClassVar = {
        CharField: {"form_class": LineField},
        TextField: {"form_class": TypedTextField, "widget": forms.Textarea(attrs={"rows": 3})},
    }
    step_pages = (CheckedPage,)
    actions = ("mark_checked",)

    def apply_change(self, request: HttpRequest, form: Any) -> None:
        me, row = cast(User, request.user), form.instance
        if row._state.adding:
            values = {name: form.cleaned_data[name] for name in actions.EDITABLE}
            row.pk = actions.add_resource(cast(actions.Values, values), by=me).pk
        elif form.to_write:
            actions.change_resource(Resource.objects.get(pk=row.pk), form.to_write, by=me)

    def apply_removal(self, request: HttpRequest, row: Resource) -> None:
        actions.remove_resource(row, by=cast(User, request.user))

    def get_queryset(self, request: HttpRequest) -> QuerySet[Resource]:
        waiting = Count("reports", filter=Q(reports__settled_at=None))
        rows: QuerySet[Resource] = super().get_queryset(request).annotate(waiting=waiting)
        return rows

    @admin.display(description=gettext_lazy("said to be wrong"), ordering="waiting")
    def reports(self, resource: Any) -> str:
        return str(resource.waiting or "–")

    def formfield_for_dbfield(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        return without_related_links(super().formfield_for_dbfield(db_field, request, **kwargs))

    @admin.action(
        description=gettext_lazy("Checked today: all of it is right"), permissions=["change"]
    )
    def mark_checked(self, request: HttpRequest, chosen: QuerySet[Resource]) -> None:
        """Reports that wait are not settled by it: no one has read them here."""
        rows = list(chosen)
        for resource in rows:
            actions.mark_checked(resource, by=cast(User, request.user))
        self.message_user(request, _("Checked today: %d") % len(rows), messages.SUCCESS)
