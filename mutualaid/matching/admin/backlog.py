"""The backlog runs in the admin, as a list and as charts. Read only."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.utils.formats import number_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from mutualaid.admin.action_admin import LookOnlyAdmin
from mutualaid.matching.admin.backlog_chart import last_runs, panels
from mutualaid.matching.models.backlog import BacklogRun


@admin.register(BacklogRun)
class BacklogRunAdmin(LookOnlyAdmin[BacklogRun]):
    change_list_template = "admin/backlog_runs.html"
    list_display = (
        "began_at", "start", "ended", "needs", "offers", "percent", "rounded_seconds", "moved",
    )  # fmt: skip
    list_filter = ("outcome", "cold")

    @admin.display(description=_("began from"), ordering="cold")
    def start(self, run: BacklogRun) -> str:
        return gettext("nothing") if run.cold else gettext("the run before")

    @admin.display(description=_("outcome"), ordering="outcome")
    def ended(self, run: BacklogRun) -> str:
        return ": ".join(filter(None, [run.get_outcome_display(), run.error]))

    @admin.display(description=_("gap, in %"), ordering="gap")
    def percent(self, run: BacklogRun) -> str:
        return number_format(100 * run.gap, 3)

    @admin.display(description=_("seconds"), ordering="seconds")
    def rounded_seconds(self, run: BacklogRun) -> str:
        return number_format(run.seconds, 1)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        runs = last_runs()
        charts = {"panels": panels(runs) if runs else []}
        return super().changelist_view(request, {**(extra_context or {}), **charts})
