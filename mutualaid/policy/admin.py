"""The page on which coordinators change how the group works."""

from typing import Any, ClassVar, cast

from django.contrib import admin, messages
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mutualaid.policy import history
from mutualaid.policy.actions import PolicyConflict, change_policy
from mutualaid.policy.current import read_policy
from mutualaid.policy.environment import first_policy
from mutualaid.policy.forms import PolicyForm
from mutualaid.policy.models import Policy
from mutualaid.policy.previews import previews

GROUPS = (
    (gettext_lazy("How a need starts"), "needs_open_at_once seen"),
    (
        gettext_lazy("Waves of invitations"),
        "wave_chance_low wave_chance_normal wave_chance_high wave_chance_critical wave_minutes_low"
        " wave_minutes_normal wave_minutes_high wave_minutes_critical base_acceptance_rate"
        " shortlist_size search_again_hours price_hours",
    ),
    (
        gettext_lazy("How often one person is invited"),
        "invitations_per_week invitations_per_day invitations_per_week_urgent",
    ),
    (
        gettext_lazy("Quiet hours, and messages at a set time"),
        "quiet_from quiet_until digest_hour coordinator_digest_weekday coordinator_digest_hour",
    ),
    (
        gettext_lazy("After a volunteer says yes"),
        "contact_hours contact_hours_urgent lapse_hours lapse_hours_urgent progress_hours"
        " progress_hours_urgent progress_answer_hours progress_answer_hours_urgent",
    ),
    (gettext_lazy("After it is done"), "follow_up_days close_unconfirmed_days"),
    (
        gettext_lazy("When a need changes, ends or repeats"),
        "change_notice_minutes expiry_notice_hours min_search_hours repeat_ahead_days",
    ),
    (gettext_lazy("Offers"), "reconfirm_days reconfirm_answer_days"),
    (gettext_lazy("Links in messages"), "link_days_after_end one_tap_days"),
    (
        gettext_lazy("Who looks at contact details"),
        "contact_views_per_day coordinator_contact_views_per_hour",
    ),
    (
        gettext_lazy("How long we keep personal details"),
        "erase_days erase_preview_days unconfirmed_account_days record_days block_days",
    ),
)


@admin.register(Policy)
class PolicyAdmin(admin.ModelAdmin[Policy]):
    """One row, written by `change_policy` only."""

    form = PolicyForm
    change_form_template = "admin/policy_change_form.html"
    fieldsets: ClassVar = [(title, {"fields": tuple(names.split())}) for title, names in GROUPS]

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.preview)
        return [
            path("<path:object_id>/preview/", view, name="policy_policy_preview"),
            *super().get_urls(),
        ]

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> Policy | None:
        """The row, or before it is made the first values, which the first change stores."""
        if object_id != str(Policy.ONLY):
            return None
        return Policy.objects.filter(pk=Policy.ONLY).first() or first_policy()

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """There is one row: lead to it."""
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        return redirect(_page())

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        context = {"show_save_and_continue": False, **(extra_context or {})}
        try:
            return super().changeform_view(request, object_id, _page(), context)
        except (PolicyConflict, ValidationError):
            # Somebody wrote between the form's look and its write. It looks again, and says so.
            return super().changeform_view(request, object_id, _page(), context)

    def save_model(self, request: HttpRequest, obj: Policy, form: Any, change: bool) -> None:
        by = cast(AbstractBaseUser, request.user)  # the admin lets nobody else in
        change_policy(by=by, changes=form.changes, seen=form.cleaned_data["seen"])

    def construct_change_message(
        self, request: HttpRequest, form: Any, formsets: Any, add: bool = False
    ) -> list[dict[str, Any]]:
        return [{"changed": {"fields": [history.label_of(name) for name in form.changes]}}]

    def response_change(self, request: HttpRequest, obj: Policy) -> HttpResponse:
        messages.success(request, _("Saved. It counts from now on."))
        return redirect(_page())

    def preview(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """What the values as typed would change. Nothing is written."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        row = self.get_object(request, object_id)
        form = cast(PolicyForm, self.get_form(request)(request.POST or None, instance=row))
        if not form.is_valid():
            return self.changeform_view(request, object_id)
        now = read_policy()
        context: dict[str, Any] = {
            **self.admin_site.each_context(request),
            "title": _("What this would change"),
            "opts": self.opts,
            "form": form,
            "page": _page(),
            "changes": [
                history.changed_value(name, getattr(now, name), value)
                for name, value in form.changes.items()
            ],
            "previews": previews(now, form.instance),
        }
        return TemplateResponse(request, "admin/policy_preview.html", context)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: Any = None
    ) -> HttpResponse:
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        context: dict[str, Any] = {
            **self.admin_site.each_context(request),
            "title": _("What was changed, by whom and when"),
            "opts": self.opts,
            "page": _page(),
            "entries": list(history.entries()),
        }
        return TemplateResponse(request, "admin/policy_history.html", context)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


def _page() -> str:
    return reverse("admin:policy_policy_change", args=[Policy.ONLY])
