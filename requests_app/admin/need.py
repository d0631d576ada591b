"""Needs in the admin. Every write goes through the same actions as on the pages."""

from typing import Any, ClassVar, cast

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import F, Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from mutualaid.admin.action_admin import (
    ActionAdmin,
    StepPages,
    without_related_links,
)
from mutualaid.admin.ticked import TickedFilter
from mutualaid.catalog.area_names import names_to_search
from mutualaid.local_time import format_day
from mutualaid.notify.follow_up.fate import sent_lines
from mutualaid.people.models import User
from mutualaid.people.roles import TAKE_CALLS
from requests_app import actions, rules
from requests_app.admin.actions import NeedActions
from requests_app.admin.filters.areas import AreasFilter
from requests_app.admin.filters.fields import (
    HeldBackFilter,
    HelpFilter,
    SaidHowSoonFilter,
    SourceFilter,
)
from requests_app.admin.forms import NEED_FIELDS, NeedForm, reason_from_fields
from requests_app.admin.merging.hints import hints_for
from requests_app.admin.merging.pages import SameNeedPage
from requests_app.admin.need_facts import facts_of, history_of
from requests_app.admin.need_pages import HelpersPage, NewcomersPage, SplitPage, WordsPage
from requests_app.admin.next_steps import NextStepPage, steps_for
from requests_app.admin.refusals import REFUSALS
from requests_app.admin.steps import can_take
from requests_app.admin.together import done_page
from requests_app.lifecycle.actors import coordinator
from requests_app.models import Claim, Need
from requests_app.notifications.sent import sent_about, troubles_of

KNOWN_BESIDE = (
    "created_at", "ends_at", "match_due_at", "closed_at", "helpers_wanted", "for_newcomers", "erasing",
)  # fmt: skip
"""What is shown folded below the form, where there is something to show."""
MOST_SENT = 20


@admin.register(Need)
class NeedAdmin(NeedActions, ActionAdmin[Need]):
    form = NeedForm
    refusals = REFUSALS
    step_pages: ClassVar[StepPages] = (
        NextStepPage, WordsPage, HelpersPage, SplitPage, SameNeedPage, NewcomersPage,
    )  # fmt: skip
    list_display: tuple[str, ...] = (
        "__str__", "state", "how_soon", "age", "helper", "code", "for_newcomers",
    )  # fmt: skip
    list_filter: ClassVar[Any] = (
        AreasFilter, "state", HelpFilter, ("held_back", HeldBackFilter), ("urgency", SaidHowSoonFilter),
        "for_newcomers", "created_at", "category__parent", "locality",
        ("ask__source", SourceFilter), TickedFilter,
    )  # fmt: skip
    change_list_template = "admin/areas_list.html"
    search_fields = ("ask__reference", "category__name", *names_to_search("locality__"))
    ordering = (F("closed_at").desc(nulls_first=True), "-urgency", "created_at")
    readonly_fields = KNOWN_BESIDE
    change_form_template = "admin/need_change_form.html"

    def apply_change(self, request: HttpRequest, form: Any) -> None:
        if form.to_write:
            actions.change_need(
                Need.objects.select_related("ask", "category").get(pk=form.instance.pk),
                form.to_write,
                reason=reason_from_fields(form.to_write),
                by=coordinator(cast(User, request.user)),
                later_days=form.cleaned_data.get("later_days", False),
            )

    def name_of(self, row: Need) -> str:
        return f"{row} · {row.code}"

    def page_context(self, request: HttpRequest, row: Need) -> dict[str, Any]:
        sent = list(sent_about(row.ask)[:MOST_SENT])
        return {
            "title": str(row),
            "subtitle": row.code,
            "facts": facts_of(row),
            "history": history_of(row),
            "sent": sent_lines(sent),
            "troubles": troubles_of(row.ask, sent),
            "steps": steps_for(self, request, row),
            "can_split": can_take(row, "merge"),
            "can_be_same": can_take(row, "merge"),
            "can_coordinate": self.has_coordinate_permission(request),
            **hints_for(request, row.ask),
        }

    def get_fieldsets(self, request: HttpRequest, obj: Need | None = None) -> Any:
        """First what can be changed, folded where nothing can; then what is known beside, if anything.

        The question about the later days of a series stands there while the need can be changed.
        """
        rows: list[Any] = [("category", "locality"), ("urgency", "needed_by", "people_count")]
        rows.append("week_parts")
        fixed = self.get_readonly_fields(request, obj)
        can_change = "category" not in fixed and self.has_change_permission(request, obj)
        if obj and obj.series_id and can_change:
            rows.append("later_days")
        folded = {"classes": ["collapse"]}
        what = {"fields": rows, **({} if can_change else folded)}
        known = [name for name in KNOWN_BESIDE if obj and self._is_told(obj, name)]
        return [
            (_("What is needed"), what),
            (_("More about it"), {"fields": known, **folded}),
        ]

    def _is_told(self, need: Need, name: str) -> bool:
        """Whether a field says something of this need that is not said above the form."""
        if name == "helpers_wanted":
            return need.helpers_wanted > 1
        return name in ("ends_at", "erasing") or bool(getattr(need, name))

    def get_readonly_fields(self, request: HttpRequest, obj: Need | None = None) -> Any:
        """Make all of it read-only once the need is over.

        Not on a POST: a form that was opened before is told so beside the field.
        """
        if obj and request.method != "POST" and not rules.can_change(obj):
            return (*self.readonly_fields, *NEED_FIELDS)
        return self.readonly_fields

    def get_urls(self) -> list[URLPattern]:
        def view(request: HttpRequest, code: str) -> HttpResponse:
            return done_page(self, request, code)

        guarded = never_cache(self.admin_site.admin_view(view))
        undo = path("undo/<slug:code>/", guarded, name="requests_app_need_undo")
        return [undo, *super().get_urls()]

    def formfield_for_dbfield(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        return without_related_links(super().formfield_for_dbfield(db_field, request, **kwargs))

    def get_queryset(self, request: HttpRequest) -> QuerySet[Need]:
        """Only needs that are theirs to look after: everything on these pages goes through here."""
        live = Claim.objects.live().select_related("volunteer")
        mine = rules.needs_of_staff(cast(User, request.user))
        rows = super().get_queryset(request) & mine
        rows = rows.select_related("ask", "category", "locality")
        return rows.prefetch_related(Prefetch("claims", live, "live_claims"))

    def add_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Lead to the page on which a need is taken on the phone: none is made any other way here.

        Raises `PermissionDenied` for whoever takes no calls.
        """
        if not request.user.has_perm(TAKE_CALLS):
            raise PermissionDenied
        return redirect("admin:call")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    @admin.display(description=_("how soon"), ordering="urgency")
    def how_soon(self, need: Need) -> str:
        return need.how_soon

    @admin.display(description=_("age"), ordering="created_at")
    def age(self, need: Need) -> str:
        return need.age

    @admin.display(description=_("who comes"))
    def helper(self, need: Need) -> str:
        names = [str(claim.volunteer) for claim in need.live_claims]  # type: ignore[attr-defined]
        return gettext(", ").join(names) or "–"

    @admin.display(description=_("open until"))
    def ends_at(self, need: Need) -> str:
        return format_day(need.needed_by or need.ends_at)

    @admin.display(description=_("notes and claims"))
    def erasing(self, need: Need) -> str:
        if need.erased_at:
            return str(_("erased on %s")) % format_day(need.erased_at)
        if not need.erased_on:
            return str(_("kept while it is open"))
        return str(_("kept until %s")) % format_day(need.erased_on)
