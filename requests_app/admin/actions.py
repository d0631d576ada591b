"""What coordinators do to needs in the list and on their pages. The actions are the pages' own."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast

from django.contrib import admin, messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from mutualaid.people.models import User
from requests_app import actions
from requests_app.admin.action_form import NextStepForm
from requests_app.admin.close import closing_page, confirmed, is_confirmed
from requests_app.lifecycle.actors import Actor, coordinator
from requests_app.models import Need
from requests_app.states import NEED_TRANSITIONS, CloseReason

if TYPE_CHECKING:
    Base = admin.ModelAdmin[Need]
else:
    Base = object


class NeedActions(Base):
    action_form = NextStepForm
    actions: tuple[str, ...] = ("publish", "release", "close")

    def next_steps(self, request: HttpRequest, need: Need) -> list[tuple[str, str]]:
        """The steps that the state of this need allows: name and label."""
        offered = self.get_actions(request).items()
        return [(name, str(step[2])) for name, step in offered if step and can_take(need, name)]

    @admin.action(
        description=gettext_lazy("Publish: volunteers may hear of it"), permissions=["change"]
    )
    def publish(self, request: HttpRequest, chosen: QuerySet[Need]) -> None:
        self.each(request, chosen, lambda need, me: actions.publish_need(need, by=me))

    @admin.action(
        description=gettext_lazy("Release: look for someone else"), permissions=["change"]
    )
    def release(self, request: HttpRequest, chosen: QuerySet[Need]) -> None:
        self.each(request, chosen, _release)

    @admin.action(description=gettext_lazy("Close, for the reason beside"), permissions=["change"])
    def close(self, request: HttpRequest, chosen: QuerySet[Need]) -> HttpResponse | None:
        """Several at once go over a page that says what it would do."""
        reason = self.typed(request, "close_reason")
        if not reason:
            said = _("To close a need, choose a reason as well.")
            self.message_user(request, said, messages.ERROR)
            return None
        if is_confirmed(request):
            chosen = confirmed(request, chosen)
        elif chosen.count() > 1:
            me = coordinator(cast(User, request.user))
            return closing_page(self, request, chosen, CloseReason(reason), by=me)
        self.each(
            request,
            chosen,
            lambda need, me: actions.close_need(need, by=me, reason=CloseReason(reason)),
        )
        return None

    def typed(self, request: HttpRequest, field: str) -> Any:
        """What stands in a field beside the choice of action; None where it is empty or nonsense."""
        form = NextStepForm(request.POST)
        form.is_valid()
        return form.cleaned_data.get(field) or None

    def each(
        self, request: HttpRequest, chosen: QuerySet[Need], do: Callable[[Need, Actor], None]
    ) -> None:
        """Do it to every chosen need for which it is possible now, and say to how many."""
        done = 0
        for need in chosen:
            try:
                do(need, coordinator(cast(User, request.user)))
                done += 1
            except (actions.StateChanged, actions.Erased):
                continue
        self.message_user(request, ngettext("Done for %d need.", "Done for %d needs.", done) % done)
        if left := len(chosen) - done:
            said = ngettext(
                "Left as it is, for its state does not allow it: %d need.",
                "Left as they are, for their state does not allow it: %d needs.",
                left,
            )
            self.message_user(request, said % left, messages.WARNING)


def can_take(need: Need, step: str) -> bool:
    """Whether the state of the need allows a step now."""
    return step in NEED_TRANSITIONS and need.state in NEED_TRANSITIONS[step].sources


@transaction.atomic
def _release(need: Need, me: Actor) -> None:
    on_the_way = list(need.claims.on_the_way().select_related("volunteer"))
    if not on_the_way:
        raise actions.StateChanged("release")
    for claim in on_the_way:
        actions.release_claim(claim, by=me)
