from typing import Any, cast

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from mutualaid.admin.action_admin import LookOnlyAdmin
from mutualaid.notify import handling
from mutualaid.notify.models import CallTask
from mutualaid.notify.registry import label_of
from mutualaid.people.models import User
from mutualaid.transitions import StateChanged


@admin.register(CallTask)
class CallTaskAdmin(LookOnlyAdmin[CallTask]):
    """Whom to ring: people whom no message reaches. Whoever takes a call has it to themself for a while."""

    list_display = ("what", "urgent", "created_at", "unanswered", "due_at", "who_rings")
    list_filter = ("urgent",)
    list_select_related = ("taken_by",)
    ordering = ("-urgent", "due_at")
    actions = ("take", "reached", "no_answer")
    change_form_template = "admin/call_task.html"

    @admin.display(description=_("what to say"), ordering="kind")
    def what(self, call: CallTask) -> str:
        return label_of(call.kind)

    @admin.display(description=_("rung without answer"), ordering="attempts")
    def unanswered(self, call: CallTask) -> int:
        return call.attempts - 1  # the first time it came onto the list

    @admin.display(description=_("who rings"))
    def who_rings(self, call: CallTask) -> str:
        return str(call.rings or "–")

    @admin.action(description=_("I ring now"), permissions=["change"])
    def take(self, request: HttpRequest, chosen: QuerySet[CallTask]) -> HttpResponse | None:
        """Take one call and open its page: what to say, and whom to ring."""
        call = chosen.first()
        if call is None or len(chosen) > 1:
            self.message_user(request, gettext("Choose one call."), messages.ERROR)
            return None
        try:
            handling.take_call(call, by=cast(User, request.user))
        except StateChanged:
            call.refresh_from_db()
            taken = gettext("%s is ringing them just now.") % (call.rings or gettext("Someone"))
            self.message_user(request, taken, messages.WARNING)
        return redirect("admin:notify_calltask_change", call.pk)

    @admin.action(description=_("Told: tick it off"), permissions=["change"])
    def reached(self, request: HttpRequest, chosen: QuerySet[CallTask]) -> None:
        total = len(chosen)
        count = handling.tick_off_calls(chosen, by=cast(User, request.user))
        done = ngettext("%d call is ticked off.", "%d calls are ticked off.", count)
        self._report(request, done % count, left=total - count)

    @admin.action(description=_("No answer: try again later"), permissions=["change"])
    def no_answer(self, request: HttpRequest, chosen: QuerySet[CallTask]) -> None:
        total = len(chosen)
        count = handling.note_no_answer(chosen, by=cast(User, request.user))
        done = ngettext("%d call stays on the list.", "%d calls stay on the list.", count)
        self._report(request, done % count, left=total - count)

    def _report(self, request: HttpRequest, done: str, *, left: int) -> None:
        """Say what was done, and of how many calls it was not, as someone else is ringing."""
        self.message_user(request, done, messages.SUCCESS)
        if left:
            unchanged = ngettext(
                "%d call is left as it is: someone else is ringing.",
                "%d calls are left as they are: someone else is ringing.",
                left,
            )
            self.message_user(request, unchanged % left, messages.WARNING)

    def get_queryset(self, request: HttpRequest) -> QuerySet[CallTask]:
        return CallTask.calls.to_make()

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return super().changelist_view(request, {"title": gettext("Call list")})

    def page_context(self, request: HttpRequest, row: CallTask) -> dict[str, Any]:
        taken = {"rings": row.rings, "lease_until": row.lease_until}
        can = {"can_ring": row.rings == request.user, "can_take": not row.rings}
        return row.script() | taken | can
