"""Who must not find out about an ask, as rows on its page. Added and removed by the pages' own actions."""

from typing import Any, ClassVar, TypedDict

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from mutualaid.admin.action_admin import without_related_links
from mutualaid.admin.widgets import TolerantChoices
from mutualaid.contact_points.form_fields import ContactPointsField
from mutualaid.people.models import User
from requests_app.access.exclusions import excluded_account
from requests_app.models import Ask, Exclusion


class ExclusionForm(forms.ModelForm[Exclusion]):
    """Names an account, or phones and e-mails, whose owners may get an account later."""

    contact_points = ContactPointsField(
        label=_("or their phone or e-mail, of which we keep a fingerprint"),
        required=False,
        of_accounts=True,
        widget=forms.TextInput(
            attrs={"dir": "ltr", "autocomplete": "off", "aria-label": _("phone or e-mail")}
        ),
    )

    class Meta:
        model = Exclusion
        fields = ("person",)

    def clean(self) -> dict[str, Any]:
        """Raises `ValidationError` unless there is either a person or a phone or e-mail."""
        if self.errors:
            return self.cleaned_data
        if bool(self.cleaned_data["contact_points"]) == bool(self.cleaned_data.get("person")):
            raise forms.ValidationError(_("Choose a person, or write a phone number or an e-mail."))
        return self.cleaned_data


class ExclusionInline(TolerantChoices, admin.TabularInline[Exclusion, Ask]):
    """Editable on the page of the ask, for it may be urgent: once saved, it hides the ask from the person."""

    model = Exclusion
    form = ExclusionForm
    fields = ("person", "contact_points")
    autocomplete_fields: ClassVar = ("person",)
    extra = 1  # an empty row to write in, also where nothing runs that could add one
    show_change_link = False

    def get_fields(self, request: HttpRequest, obj: object = None) -> tuple[str, ...]:
        """Name accounts to those alone who may see who has one."""
        return self.fields if request.user.has_perm("people.view_user") else ("contact_points",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Exclusion]:
        rows = super().get_queryset(request)
        return rows if request.user.has_perm("people.view_user") else rows.filter(person=None)

    @admin.display(description=_("phone or e-mail"))
    def contact_points(self, row: Exclusion) -> str:
        """Of a veiled ask the account stands here as well: nothing readable names it in the row."""
        if not row.fingerprint:
            return "–"
        return str(excluded_account(row) or _("a fingerprint"))

    def formfield_for_dbfield(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        return without_related_links(super().formfield_for_dbfield(db_field, request, **kwargs))

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


class ExclusionChanges(TypedDict, total=False):
    """What `revise_ask` takes: who is kept out from now on, and which rows were removed."""

    people: list[User]
    contact_points: list[str]
    ended: list[Exclusion]


def exclusion_changes(formset: Any) -> ExclusionChanges:
    """Return what a valid formset says."""
    removed = [form.instance for form in formset.deleted_forms if form.instance.pk]
    added = [form for form in formset.extra_forms if form.has_changed()]
    rows = [form.cleaned_data for form in added if form not in formset.deleted_forms]
    people = [row["person"] for row in rows if row.get("person")]
    points = [point.normal for row in rows for point in row["contact_points"]]
    return {"people": people, "contact_points": points, "ended": removed}
