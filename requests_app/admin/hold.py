"""What coordinators put aside until a day, take up again, or keep together with its double."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from requests_app import actions
from requests_app.admin.action_form import day_after_today
from requests_app.admin.actions import DeskActions
from requests_app.models import Need


class DeskAside(DeskActions):
    actions = (
        *DeskActions.actions, "no_answer", "hold", "refer", "resume", "merge", "unmerge",
    )  # fmt: skip

    @admin.action(
        description=gettext_lazy("Could not be reached: try again on the day beside"),
        permissions=["change"],
    )
    def no_answer(self, request: HttpRequest, chosen: QuerySet[Need]) -> None:
        self._until(request, chosen, actions.say_no_answer)

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

    @admin.action(description=gettext_lazy("Look for somebody again"), permissions=["change"])
    def resume(self, request: HttpRequest, chosen: QuerySet[Need]) -> None:
        self.each(request, chosen, lambda need, me: actions.resume_need(need, by=me))

    @admin.action(
        description=gettext_lazy("Keep together with the need whose code stands beside"),
        permissions=["change"],
    )
    def merge(self, request: HttpRequest, chosen: QuerySet[Need]) -> None:
        into = _need_of(self.typed(request, "code"))
        if into is None:
            said = _("Write the code of the other need: the eight letters and numbers in the list.")
            self.message_user(request, said, messages.ERROR)
            return
        self.each(request, chosen, lambda need, me: actions.merge_need(need, into=into, by=me))

    @admin.action(
        description=gettext_lazy("Not the same after all: look after it by itself"),
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


def _need_of(code: str | None) -> Need | None:
    """The one need whose short name this is: the first eight digits of its id."""
    digits = (code or "").strip().lower()
    try:
        first = UUID(hex=digits.ljust(32, "0"))
        last = UUID(hex=digits.ljust(32, "f"))
    except ValueError:
        return None
    if len(digits) != 8:
        return None
    found = list(Need.objects.filter(public_id__range=(first, last))[:2])
    return found[0] if len(found) == 1 else None
