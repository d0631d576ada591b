from typing import Any, cast

from django.contrib import admin, messages
from django.db.models import Case, QuerySet, When
from django.db.models.functions import Now
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from mutualaid.admin.action_admin import LookOnlyAdmin
from mutualaid.admin.change_list import SizedChangeList
from mutualaid.admin.step_page import StepPage
from mutualaid.notify.follow_up import handling
from mutualaid.notify.models import CallTask, Notification
from mutualaid.notify.outcomes import CallOutcome, OutcomeForm, next_try, said_of_call
from mutualaid.notify.registry import label_of
from mutualaid.people.models import User
from mutualaid.transitions import StateChanged

IS_FOR_LATER = Case(When(due_at__gt=Now(), then=1), default=0)
"""Whether somebody rang already, and is to ring again later; first come those who wait longest."""


class CallList(SizedChangeList):
    """The calls that are to be made; one that was made has a page still, and says so."""

    def get_queryset(self, request: HttpRequest, exclude_parameters: Any = None) -> Any:
        to_call = Notification.State.TO_CALL
        return super().get_queryset(request, exclude_parameters).filter(state=to_call)


class OutcomePage(StepPage[CallTask, OutcomeForm]):
    """Write down what came of a call: one button for each outcome, on the page of the call too."""

    name = "outcome"
    permission = "ring"
    title = _("What came of the call?")
    template = "admin/call_outcome.html"
    form_class = OutcomeForm
    refusals = {StateChanged: _("Someone else is calling them, or it is done already.")}  # noqa: RUF012

    def act(self, form: OutcomeForm) -> str:
        """Raises `StateChanged` where someone else has taken the call, or it was ended before."""
        outcome, next_try = form.cleaned_data["outcome"], form.next_try()
        this = CallTask.calls.filter(pk=self.row.pk)
        if handling.end_calls(this, outcome=outcome, next_try=next_try, by=self.me) != 1:
            raise StateChanged(outcome)
        return said_of_call(outcome, next_try)

    def context(self, form: OutcomeForm) -> dict[str, Any]:
        return {"outcomes": CallOutcome}

    def next_url(self) -> str:
        return reverse("admin:notify_calltask_changelist")


@admin.register(CallTask)
class CallTaskAdmin(LookOnlyAdmin[CallTask]):
    """Whom to ring: people whom no message reaches. Whoever takes a call has it to themself for a while."""

    list_display = ("what", "urgent", "created_at", "unanswered", "due_at", "who_rings")
    list_filter = ("urgent",)
    list_select_related = ("taken_by",)
    ordering = (IS_FOR_LATER, "-urgent", "created_at")
    actions = ("take", "reached", "no_answer")
    change_form_template = "admin/call_task.html"
    show_full_result_count = False

    @admin.display(description=_("what to say"), ordering="kind")
    def what(self, call: CallTask) -> str:
        return label_of(call.kind)

    @admin.display(description=_("rung without answer"), ordering="rung")
    def unanswered(self, call: CallTask) -> int:
        rung: int = call.rung  # type: ignore[attr-defined]  # annotated by `on_the_list`
        return rung - 1  # the first time it came onto the list

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
        total, count = len(chosen), self._end(request, chosen, CallOutcome.REACHED)
        done = ngettext("%d call is ticked off.", "%d calls are ticked off.", count)
        self._report(request, done % count, left=total - count)

    @admin.action(description=_("No answer: try again later"), permissions=["change"])
    def no_answer(self, request: HttpRequest, chosen: QuerySet[CallTask]) -> None:
        total, count = len(chosen), self._end(request, chosen, CallOutcome.NO_ANSWER)
        done = ngettext("%d call stays on the list.", "%d calls stay on the list.", count)
        self._report(request, done % count, left=total - count)

    def _end(self, request: HttpRequest, chosen: QuerySet[CallTask], outcome: CallOutcome) -> int:
        return handling.end_calls(
            chosen,
            outcome=outcome,
            next_try=next_try(outcome, None),
            by=cast(User, request.user),
        )

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
        return CallTask.calls.on_the_list()

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[SizedChangeList]:
        return CallList

    def get_urls(self) -> list[URLPattern]:
        return [OutcomePage.url(self), *super().get_urls()]

    def has_ring_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return self.has_change_permission(request)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return super().changelist_view(request, {"title": gettext("Call list")})

    def page_context(self, request: HttpRequest, row: CallTask) -> dict[str, Any]:
        taken = {"rings": row.rings, "lease_until": row.lease_until}
        can = {"can_ring": row.rings == request.user, "can_take": not row.rings}
        outcomes = {"form": OutcomeForm(), "outcomes": CallOutcome}
        return row.script() | taken | can | outcomes
