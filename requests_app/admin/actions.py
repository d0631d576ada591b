"""The list actions on needs. They call the same as the pages do, and as `next_steps` for one need."""

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any, Protocol, cast

from django.contrib import admin, messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from mutualaid.admin.ticked import TickedRows
from mutualaid.people.models import User
from requests_app import actions
from requests_app.admin.asking import (
    ReasonForm,
    UntilForm,
    asking_page,
    typed,
    use_chosen_before,
)
from requests_app.admin.closing import closing_page, is_confirmed
from requests_app.lifecycle.actors import Actor, coordinator
from requests_app.models import Need
from requests_app.states import NEED_TRANSITIONS, CloseReason

if TYPE_CHECKING:
    Base = admin.ModelAdmin[Need]
else:
    Base = object


class PutAside(Protocol):
    """An action that puts a need aside until a day."""

    def __call__(self, need: Need, *, until: date, by: Actor) -> None: ...


class NeedActions(TickedRows, Base):
    """A mixin for the admin of needs."""

    actions: tuple[str, ...] = (
        "publish", "release", "close", "no_answer", "hold", "refer", "resume", "unmerge", "only_ticked",
    )  # fmt: skip

    def has_coordinate_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Whether they may decide who hears of a need and who goes; whoever takes calls does not."""
        return request.user.has_perm("requests_app.coordinate_need")

    def response_action(
        self, request: HttpRequest, queryset: QuerySet[Need], *args: Any
    ) -> HttpResponse | None:
        """Take the chosen needs from the page that asked for more, or from the boxes of the list."""
        use_chosen_before(request)
        return super().response_action(request, queryset, *args)

    @admin.action(
        description=gettext_lazy("Publish: volunteers may hear of it"), permissions=["coordinate"]
    )
    def publish(self, request: HttpRequest, chosen: QuerySet[Need]) -> None:
        needs = list(chosen)
        done = len(actions.publish_needs(needs, by=_me(request)))
        _tell_outcome(self, request, done=done, left=len(needs) - done)

    @admin.action(
        description=gettext_lazy("Release: look for someone else"), permissions=["coordinate"]
    )
    def release(self, request: HttpRequest, chosen: QuerySet[Need]) -> None:
        self._apply(request, chosen, release_all)

    @admin.action(description=gettext_lazy("Close, with a reason"), permissions=["change"])
    def close(self, request: HttpRequest, chosen: QuerySet[Need]) -> HttpResponse | None:
        """Close one at once; several only after a page that says what it would do."""
        form = ReasonForm(typed(request, "close_reason"))
        if not form.is_valid():
            return asking_page(self, request, chosen, form, button=_("Close"))
        reason = CloseReason(form.cleaned_data["close_reason"])
        if is_confirmed(request):
            return self._close_confirmed(request, chosen, reason)
        if chosen.count() > 1:
            return closing_page(self, request, chosen, reason, by=_me(request))
        self._apply(
            request, chosen, lambda need, me: actions.close_need(need, by=me, reason=reason)
        )
        return None

    @admin.action(
        description=gettext_lazy("Could not be reached: try again on a day"),
        permissions=["change"],
    )
    def no_answer(self, request: HttpRequest, chosen: QuerySet[Need]) -> HttpResponse | None:
        return self._put_aside(request, chosen, actions.mark_unreachable)

    @admin.action(description=gettext_lazy("Wait: open it again on a day"), permissions=["change"])
    def hold(self, request: HttpRequest, chosen: QuerySet[Need]) -> HttpResponse | None:
        return self._put_aside(request, chosen, actions.hold_need)

    @admin.action(
        description=gettext_lazy("Passed on to others: ask them on a day"),
        permissions=["coordinate"],
    )
    def refer(self, request: HttpRequest, chosen: QuerySet[Need]) -> HttpResponse | None:
        return self._put_aside(request, chosen, actions.refer_need)

    @admin.action(description=gettext_lazy("Look for someone again"), permissions=["coordinate"])
    def resume(self, request: HttpRequest, chosen: QuerySet[Need]) -> None:
        self._apply(request, chosen, lambda need, me: actions.resume_need(need, by=me))

    @admin.action(
        description=gettext_lazy("Not the same need after all: look after it by itself"),
        permissions=["coordinate"],
    )
    def unmerge(self, request: HttpRequest, chosen: QuerySet[Need]) -> None:
        self._apply(request, chosen, lambda need, me: actions.unmerge_need(need, by=me))

    def _close_confirmed(
        self, request: HttpRequest, needs: QuerySet[Need], reason: CloseReason
    ) -> HttpResponse | None:
        """Close them and lead to the page that can undo it; to the list where nothing can be undone."""
        result = actions.close_needs(needs, by=_me(request), reason=reason)
        _tell_outcome(self, request, done=result.closed, left=result.left)
        if not result.code:
            return None
        page = reverse("admin:requests_app_need_closed", args=[result.code])
        came_from = self.get_preserved_filters(request)
        return redirect(f"{page}?{came_from}" if came_from else page)

    def _put_aside(
        self, request: HttpRequest, chosen: QuerySet[Need], action: PutAside
    ) -> HttpResponse | None:
        form = UntilForm(typed(request, "until"))
        if not form.is_valid():
            return asking_page(self, request, chosen, form, button=_("Put aside"))
        day = form.cleaned_data["until"]
        self._apply(request, chosen, lambda need, me: action(need, until=day, by=me))
        return None

    def _apply(
        self, request: HttpRequest, chosen: QuerySet[Need], action: Callable[[Need, Actor], None]
    ) -> None:
        """Call `action` on every chosen need whose state allows it, and say for how many it did."""
        done = 0
        for need in chosen:
            try:
                action(need, _me(request))
                done += 1
            except (actions.StateChanged, actions.Erased):
                continue
        _tell_outcome(self, request, done=done, left=len(chosen) - done)


def can_take(need: Need, step: str) -> bool:
    """Whether the state of the need allows a transition now; False for a name that is none."""
    return step in NEED_TRANSITIONS and need.state in NEED_TRANSITIONS[step].sources


def _tell_outcome(
    model_admin: "admin.ModelAdmin[Need]", request: HttpRequest, *, done: int, left: int
) -> None:
    """Say for how many needs an action was done, and how many their state did not allow it for."""
    sentence = ngettext("Done for %d need.", "Done for %d needs.", done)
    model_admin.message_user(request, sentence % done)
    if left:
        sentence = ngettext(
            "Left as it is, for its state does not allow it: %d need.",
            "Left as they are, for their state does not allow it: %d needs.",
            left,
        )
        model_admin.message_user(request, sentence % left, messages.WARNING)


@transaction.atomic
def release_all(need: Need, me: Actor) -> None:
    """Release everyone on the way to a need; raises `StateChanged` where no one is."""
    on_the_way = list(need.claims.on_the_way().select_related("volunteer"))
    if not on_the_way:
        raise actions.StateChanged("release")
    for claim in on_the_way:
        actions.release_claim(claim, by=me)


def _me(request: HttpRequest) -> Actor:
    return coordinator(cast(User, request.user))
