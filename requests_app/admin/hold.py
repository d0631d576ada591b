"""What coordinators put aside until a day, take up again, or part from its double."""

from collections.abc import Callable

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from requests_app import actions
from requests_app.admin.action_form import day_after_today
from requests_app.admin.actions import NeedActions
from requests_app.models import Need


class NeedHoldActions(NeedActions):
    actions = (*NeedActions.actions, "no_answer", "hold", "refer", "resume", "unmerge")

    @admin.action(
        description=gettext_lazy("Could not be reached: try again on the day beside"),
        permissions=["change"],
    )
    def no_answer(self, request: HttpRequest, chosen: QuerySet[Need]) -> None:
        self._until(request, chosen, actions.mark_unreachable)

    @admin.action(
        description=gettext_lazy("Wait: open it again on the day beside"), permissions=["change"]
    )
    def hold(self, request: HttpRequest, chosen: QuerySet[Need]) -> None:
        self._until(request, chosen, actions.hold_need)

    @admin.action(
        description=gettext_lazy("Passed on to others: ask them on the day beside"),
        permissions=["change"],
    )
    def refer(self, request: HttpRequest, chosen: QuerySet[Need]) -> None:
        self._until(request, chosen, actions.refer_need)

    @admin.action(description=gettext_lazy("Look for someone again"), permissions=["change"])
    def resume(self, request: HttpRequest, chosen: QuerySet[Need]) -> None:
        self.each(request, chosen, lambda need, me: actions.resume_need(need, by=me))

    @admin.action(
        description=gettext_lazy("Not the same need after all: look after it by itself"),
        permissions=["change"],
    )
    def unmerge(self, request: HttpRequest, chosen: QuerySet[Need]) -> None:
        self.each(request, chosen, lambda need, me: actions.unmerge_need(need, by=me))

    def _until(
        self, request: HttpRequest, chosen: QuerySet[Need], step: Callable[..., None]
    ) -> None:
        day = day_after_today(self.typed(request, "until") or "")
        if day is None:
            self.message_user(request, _("Choose a day after today as well."), messages.ERROR)
            return
        self.each(request, chosen, lambda need, me: step(need, until=day, by=me))
