"""What came of a trial, in the admin; and the button of the previews that asks for one."""

from typing import Any, ClassVar, cast

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.translation import gettext as _

from mutualaid.admin.action_admin import LookOnlyAdmin
from mutualaid.admin.preview_admin import ONLY, PreviewAdmin
from mutualaid.matching.models import ScoringWeights
from mutualaid.policy.models import Policy
from mutualaid.simulation.group_settings import POINTS
from mutualaid.trials.actions import CITY, ask_for_trial
from mutualaid.trials.models import Trial
from mutualaid.trials.results import both_times, rows

FORMS = {"policy": Policy, "points": ScoringWeights}
"""Whose typed values are tried, by the last part of the address."""


@admin.register(Trial)
class TrialAdmin(LookOnlyAdmin[Trial]):
    change_form_template = "admin/trial.html"
    list_display = ("__str__", "asked_at", "ended_at")
    fields: ClassVar = ["asked_at", "ended_at"]

    def get_urls(self) -> list[URLPattern]:
        start = self.admin_site.admin_view(self.start)
        return [path("start/<slug:what>/", start, name="trials_trial_start"), *super().get_urls()]

    def start(self, request: HttpRequest, what: str) -> HttpResponse:
        """Ask for a trial of the values as typed, and show it; a form with errors is shown instead.

        Raises `Http404` for what has no values, and `PermissionDenied` for whoever may not change them.
        """
        if what not in FORMS:
            raise Http404
        values_admin = cast(PreviewAdmin[Any], self.admin_site.get_model_admin(FORMS[what]))
        if not values_admin.has_change_permission(request):
            raise PermissionDenied
        if request.method != "POST":
            return redirect(values_admin.page_url())
        form = values_admin.valid_form(request, str(ONLY))
        if form is None:
            return values_admin.changeform_view(request, str(ONLY))
        if not form.to_write:
            messages.info(request, _("Nothing is different."))
            return redirect(values_admin.page_url())
        return redirect(self.page_of(ask_for_trial(form.to_write)))

    def page_context(self, request: HttpRequest, row: Trial) -> dict[str, Any]:
        return {
            "changes": [_changed(name, value) for name, value in row.changes.items()],
            "city": CITY,
            "has_failed": row.has_failed,
            "both_times": both_times(row),
            "rows": rows(row),
        }


def _changed(name: str, value: Any) -> tuple[str, str]:
    """The label and the value of a changed field."""
    if name in POINTS:
        return str(ScoringWeights._meta.get_field(name).verbose_name), str(value)  # type: ignore[union-attr]
    return Policy.label_of(name), Policy.displayed(name, value)
