"""Coordinators' desk for needs. It calls the same actions as the pages."""

from typing import Any, ClassVar, cast

from django import forms
from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.db.models import F, Prefetch, QuerySet
from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.timesince import timesince
from django.utils.translation import gettext_lazy as _

from mutualaid.encryption.blind_index import lasting_mark
from mutualaid.people.models import User
from requests_app import actions
from requests_app.actions.changing import MATTERS_TO_MATCHING
from requests_app.admin.action_form import NextStepForm
from requests_app.admin.contact import DeskContact
from requests_app.admin.duplicates import blocks_of, maybe_of_the_same_person
from requests_app.admin.helpers import DeskHelpers
from requests_app.admin.hold import DeskAside
from requests_app.admin.split import DeskSplit
from requests_app.lifecycle.actors import coordinator
from requests_app.models import AccessLogEntry, Claim, Exclusion, Need, NeedEvent
from requests_app.signals import need_changed


class ReadOnlyInline(admin.TabularInline[Any, Need]):
    extra = 0
    can_delete = False
    show_change_link = False

    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


class ClaimInline(ReadOnlyInline):
    model = Claim
    fields = ("volunteer", "state", "claimed_at", "scheduled_for", "delivered_at", "ended_at")


class EventInline(ReadOnlyInline):
    model = NeedEvent
    fields = ("at", "action", "state", "actor_kind", "actor", "reason")


class ExclusionForm(forms.ModelForm[Exclusion]):
    """Names an account, or a phone or e-mail that may have one some day."""

    address = forms.CharField(
        label=_("or a phone number or e-mail address, of which we keep a fingerprint"),
        max_length=254,
        required=False,
        widget=forms.TextInput(attrs={"dir": "ltr", "autocomplete": "off"}),
    )

    class Meta:
        model = Exclusion
        fields = ("person",)

    def clean(self) -> dict[str, Any]:
        self.instance.mark = lasting_mark(self.cleaned_data.pop("address", ""))
        if bool(self.instance.mark) == bool(self.cleaned_data.get("person")):
            raise forms.ValidationError(_("Choose a person, or write a phone number or an e-mail."))
        return self.cleaned_data


class ExclusionInline(admin.TabularInline[Exclusion, Need]):
    """Editable, for it may be urgent: saved, the need is gone for that person on the next request."""

    model = Exclusion
    form = ExclusionForm
    fields = ("person", "address")
    autocomplete_fields = ("person",)
    extra = 0
    show_change_link = False

    @admin.display(description=_("phone or e-mail"))
    def address(self, row: Exclusion) -> str:
        return str(_("a fingerprint")) if row.mark else "–"

    def formfield_for_dbfield(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        return no_detours(super().formfield_for_dbfield(db_field, request, **kwargs))

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


class LookInline(ReadOnlyInline):
    model = AccessLogEntry
    fields = ("at", "by", "by_kind")


@admin.register(Need)
class NeedAdmin(DeskAside, DeskContact, DeskHelpers, DeskSplit, admin.ModelAdmin[Need]):
    list_display: tuple[str, ...] = ("__str__", "code", "state", "urgency", "age", "helper")
    list_filter: ClassVar[Any] = ("state", "urgency", "category__parent", "locality", "source")
    list_select_related = ("category", "locality")
    list_per_page = 50
    search_fields = ("reference", "category__name", "locality__name")
    date_hierarchy = "created_at"
    ordering = (F("closed_at").desc(nulls_first=True), "-urgency", "created_at")
    autocomplete_fields = ("category", "locality", "languages")
    fields = (
        ("category", "locality"),
        ("urgency", "needed_by", "people_count"),
        "week_parts",
        "languages",
        ("state", "close_reason", "aside_until", "merged_into"),
        "helpers_wanted",
        ("created_at", "expires_at", "closed_at", "match_due_at"),
        ("erasing", "call_back_at"),
        ("source", "reference"),
    )
    readonly_fields = (
        "state", "close_reason", "aside_until", "merged_into", "helpers_wanted", "created_at",
        "expires_at", "closed_at", "match_due_at", "erasing", "call_back_at", "source", "reference",
    )  # fmt: skip
    inlines: ClassVar = [ExclusionInline, ClaimInline, EventInline, LookInline]
    change_form_template = "admin/need_change_form.html"

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> Any:
        need = self.get_object(request, unquote(object_id))
        extra = {
            "next_steps": self.next_steps(request, need) if need else [],
            "beside": NextStepForm(auto_id="desk_%s"),
            "asked_before": need and maybe_of_the_same_person(need),
            "blocks": need and blocks_of(need),
        }
        return super().change_view(request, object_id, *args, **{**kwargs, "extra_context": extra})

    def formfield_for_dbfield(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        # Categories and areas are kept on their own pages, not on the way through a need.
        return no_detours(field)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Need]:
        live = Claim.objects.live().select_related("volunteer")
        return (
            super().get_queryset(request).prefetch_related(Prefetch("claims", live, "live_claims"))
        )

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        if MATTERS_TO_MATCHING & set(form.changed_data):
            need_changed.send(sender=Need, need=form.instance)
        actions.keep_away(form.instance, by=coordinator(cast(User, request.user)))

    @admin.display(description=_("age"), ordering="created_at")
    def age(self, need: Need) -> str:
        return timesince(need.created_at, depth=1)

    @admin.display(description=_("who comes"))
    def helper(self, need: Need) -> str:
        names = [str(claim.volunteer) for claim in need.live_claims]  # type: ignore[attr-defined]
        return ", ".join(names) or "–"

    @admin.display(description=_("personal details"))
    def erasing(self, need: Need) -> str:
        if need.erased_at:
            return str(_("erased on %s")) % date_format(need.erased_at, "DATE_FORMAT")
        if not need.erased_on:
            return str(_("kept while it is open"))
        return str(_("kept until %s")) % date_format(need.erased_on, "DATE_FORMAT")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


def no_detours(field: Any) -> Any:
    """A field whose widget leads nowhere else: no buttons to change, add or delete what is chosen."""
    if field and isinstance(field.widget, RelatedFieldWidgetWrapper):
        field.widget = field.widget.widget
    return field
