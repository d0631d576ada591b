"""Asks in the admin: what one neighbour sent, with its needs. Who it is stands on the contact page only."""

from typing import Any, ClassVar, cast

from django.contrib import admin
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from mutualaid.admin.action_admin import (
    ActionAdmin,
    FormSet,
    LookOnlyInline,
    StepPages,
    without_related_links,
)
from mutualaid.catalog.area_names import names_to_search
from mutualaid.local_time import format_day
from mutualaid.notify.outcomes import OutcomeForm
from mutualaid.people.models import User
from requests_app import actions, other_groups, rules
from requests_app.admin.contact import CallPage, CodePage, ContactPage, NotMinePage, outcomes_of
from requests_app.admin.exclusions import ExclusionInline, exclusion_changes
from requests_app.admin.filters.areas import AreasFilter
from requests_app.admin.filters.fields import SourceFilter
from requests_app.admin.forms import ASK_FIELDS, AskForm, is_over, reason_from_fields
from requests_app.admin.merging.hints import hints_for
from requests_app.admin.merging.pages import (
    DifferentPeoplePage,
    NotDifferentPage,
    NotOneHouseholdPage,
    SameHouseholdPage,
)
from requests_app.admin.refusals import REFUSALS
from requests_app.lifecycle.actors import coordinator
from requests_app.models import AccessLogEntry, Ask, ContactLogEntry, Need


class NeedInline(LookOnlyInline):
    model = Need
    fk_name = "ask"
    fields = ("which", "state", "when", "created_at")
    readonly_fields = fields
    ordering = ("created_at", "pk")
    verbose_name_plural = _("needs of this ask")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Need]:
        return super().get_queryset(request).select_related("category", "locality")

    @admin.display(description=_("need"))
    def which(self, need: Need) -> str:
        page = reverse("admin:requests_app_need_change", args=[need.pk])
        return format_html('<a href="{}">{} · {}</a>', page, need, need.code)

    @admin.display(description=_("when"))
    def when(self, need: Need) -> str:
        return need.when


class AccessLogInline(LookOnlyInline):
    model = AccessLogEntry
    fields = ("at", "kind", "by", "by_kind")


class ContactLogInline(LookOnlyInline):
    model = ContactLogEntry
    fk_name = "ask"
    fields = ("at", "outcome", "next_try", "by")


@admin.register(Ask)
class AskAdmin(ActionAdmin[Ask]):
    form = AskForm
    refusals = REFUSALS
    step_pages: ClassVar[StepPages] = (
        ContactPage, CodePage, CallPage, NotMinePage, SameHouseholdPage, NotOneHouseholdPage,
        DifferentPeoplePage, NotDifferentPage,
    )  # fmt: skip
    list_display = ("code", "for_whom", "came_from", "how_many", "states", "created_at", "to_ring")
    list_filter: ClassVar[Any] = (
        AreasFilter, "for_whom", "read_first", ("call_back_at", admin.EmptyFieldListFilter), "created_at",
        ("source", SourceFilter),
    )  # fmt: skip
    change_list_template = "admin/areas_list.html"
    search_fields = ("reference", "needs__category__name", *names_to_search("needs__locality__"))
    ordering = ("-created_at", "-pk")
    fields = (
        ("for_whom", "languages"),
        "may_ask_partners",
        ("read_first", "call_back_at"),
        ("source", "reference", "created_at"),
        ("household", "others"),
        "erasing",
    )
    readonly_fields = (
        "read_first", "call_back_at", "source", "reference", "created_at", "household", "others",
        "erasing",
    )  # fmt: skip
    inlines: ClassVar = [ExclusionInline, NeedInline, ContactLogInline, AccessLogInline]
    change_form_template = "admin/ask_change_form.html"

    def apply_change(self, request: HttpRequest, form: Any) -> None:
        """Wait for the rows, which are written in one step with the form."""

    def apply_all_rows(self, request: HttpRequest, form: Any, formsets: list[FormSet]) -> None:
        """Write the form and who must not find out: the only rows that can be changed here."""
        exclusions = exclusion_changes(formsets[0]) if formsets else {}
        me, reason = coordinator(cast(User, request.user)), reason_from_fields(form.to_write)
        actions.revise_ask(form.instance, form.to_write, reason=reason, by=me, **exclusions)

    def page_context(self, request: HttpRequest, row: Ask) -> dict[str, Any]:
        may = {
            "can_coordinate": self.has_coordinate_permission(request),
            "is_mine": row.is_of(cast(User, request.user)),
        }
        call = {"call_form": OutcomeForm(), **outcomes_of(row)}
        return hints_for(request, row) | may | call

    def get_readonly_fields(self, request: HttpRequest, obj: Ask | None = None) -> Any:
        """Make all of it read-only once its needs are over.

        Not on a POST: a form that was opened before is told so beside the field.
        """
        if obj and request.method != "POST" and is_over(obj):
            return (*self.readonly_fields, *ASK_FIELDS)
        return self.readonly_fields

    def formfield_for_dbfield(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        return without_related_links(super().formfield_for_dbfield(db_field, request, **kwargs))

    def get_queryset(self, request: HttpRequest) -> QuerySet[Ask]:
        """Only asks that are theirs to look after: everything on these pages goes through here."""
        needs = Prefetch("needs", Need.objects.order_by("pk"))
        mine = rules.asks_of_staff(cast(User, request.user))
        rows = (super().get_queryset(request) & mine).select_related("merged_into")
        return rows.prefetch_related(needs)

    def get_fields(self, request: HttpRequest, obj: Ask | None = None) -> Any:
        """Leave out what leads to other asks for whoever looks after their own only.

        And other groups, where there is none to ask.
        """
        left_out: list[Any] = []
        if not self.has_coordinate_permission(request):
            left_out.append(("household", "others"))
        if not ((obj and obj.may_ask_partners) or other_groups.can_be_asked()):
            left_out.append("may_ask_partners")
        return [row for row in super().get_fields(request, obj) if row not in left_out]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_coordinate_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return request.user.has_perm("requests_app.coordinate_ask")

    @admin.display(description=_("came from"), ordering="source")
    def came_from(self, ask: Ask) -> str:
        return " ".join(filter(None, (ask.source, ask.reference))) or str(_("this site"))

    @admin.display(description=_("needs"))
    def how_many(self, ask: Ask) -> int:
        return len(ask.needs.all())

    @admin.display(description=_("how they stand"))
    def states(self, ask: Ask) -> str:
        if ask.merged_into:
            return str(_("put together with %s")) % ask.merged_into.code
        labels = dict.fromkeys(str(need.get_state_display()) for need in ask.needs.all())
        return gettext(", ").join(labels) or "–"

    @admin.display(description=_("to be rung"), boolean=True, ordering="call_back_at")
    def to_ring(self, ask: Ask) -> bool:
        return ask.call_back_at is not None

    @admin.display(description=_("of one household"))
    def household(self, ask: Ask) -> str:
        """Return links to the asks it is merged with, each with a link that undoes it.

        The undo belongs to the ask that was merged into the other.
        """
        if ask.merged_into:
            rows = [(_link(ask.merged_into), _undo_link("not-one-household", ask))]
        else:
            merged = ask.merged.order_by("pk")
            rows = [(_link(other), _undo_link("not-one-household", other)) for other in merged]
        return format_html_join(", ", "{} · {}", rows) or "–"

    @admin.display(description=_("alike, of different people"))
    def others(self, ask: Ask) -> str:
        rows = [
            (_link(other), _undo_link("not-different", ask, f"?other={other.code}"))
            for other in ask.alike.order_by("pk")
        ]
        return format_html_join(", ", "{} · {}", rows) or "–"

    @admin.display(description=_("personal details"))
    def erasing(self, ask: Ask) -> str:
        if ask.erased_at:
            return str(_("erased on %s")) % format_day(ask.erased_at)
        days = [need.erased_on for need in ask.needs.all()]
        if not days or None in days:
            return str(_("kept while it is open"))
        last = max(day for day in days if day)
        return str(_("kept until %s")) % format_day(last)


def _link(ask: Ask) -> str:
    page = reverse("admin:requests_app_ask_change", args=[ask.pk])
    return format_html('<a href="{}">{}</a>', page, ask.code)


def _undo_link(page: str, ask: Ask, query: str = "") -> str:
    url = reverse(f"admin:requests_app_ask_{page}", args=[ask.pk])
    return format_html('<a href="{}{}">{}</a>', url, query, _("undo"))
