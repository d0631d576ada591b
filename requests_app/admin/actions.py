"""The steps of `steps.py` on a list: with all needs that were chosen."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, cast

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mutualaid.admin.guarded import GuardedAdmin
from mutualaid.admin.second_page import is_confirmed
from mutualaid.admin.ticked import TickedRows
from mutualaid.people.models import User
from requests_app.admin.asking import asking_page, typed
from requests_app.admin.steps import STEPS, why_left
from requests_app.admin.together import shown_first
from requests_app.lifecycle.actors import coordinator
from requests_app.models import Need

if TYPE_CHECKING:
    Base = GuardedAdmin[Need]
else:
    Base = object
ListAction = Callable[["NeedActions", HttpRequest, QuerySet[Need]], HttpResponse | None]
MOST_NAMED = 20
"""Needs named in one message, of those that a step left as they are."""


def _list_action(name: str) -> ListAction:
    def action(
        model_admin: "NeedActions", request: HttpRequest, chosen: QuerySet[Need]
    ) -> HttpResponse | None:
        return model_admin.take_step(name, request, chosen)

    action.__name__ = name
    step = STEPS[name]
    title: Any = step.title
    mark = admin.action(description=title, permissions=[step.permission])
    marked: ListAction = mark(action)
    return marked


class NeedActions(TickedRows, Base):
    """A mixin for the admin of needs."""

    actions: Any = (
        *(_list_action(name) for name, step in STEPS.items() if step.for_many),
        "only_ticked",
    )

    def has_coordinate_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Whether they may decide who hears of a need and who goes; whoever takes calls does not."""
        return request.user.has_perm("requests_app.coordinate_need")

    def take_step(
        self, name: str, request: HttpRequest, chosen: QuerySet[Need]
    ) -> HttpResponse | None:
        """Take a step with the chosen needs once its form is filled; whom it tells of is shown before."""
        step, me = STEPS[name], coordinator(cast(User, request.user))
        form = step.form(typed(request, step.form))
        if not form.is_valid():
            return asking_page(self, request, chosen, form, button=str(step.button))
        needs = list(chosen)
        if step.tells and len(needs) > 1 and not is_confirmed(request):
            page = shown_first(self, request, step, needs, form.cleaned_data, by=me)
            if page:
                return page
        outcome = step.act(needs, form.cleaned_data, me)
        done = {need.pk for need in outcome.done}
        left = [need for need in needs if need.pk not in done]
        self._tell(request, name, done=len(done), left=left)
        if not outcome.undo:
            return None
        came_from = self.get_preserved_filters(request)
        return redirect(f"{outcome.undo}?{came_from}" if came_from else outcome.undo)

    def _tell(self, request: HttpRequest, name: str, *, done: int, left: Sequence[Need]) -> None:
        """Say for how many needs a step was done, and which it left as they are, each with the reason."""
        sentence = ngettext("Done for %d need.", "Done for %d needs.", done)
        self.message_user(request, sentence % done)
        if not left:
            return
        sentence = ngettext("Left as it is: %d need.", "Left as they are: %d needs.", len(left))
        named = format_html_join(
            _(", "),
            '<a href="{}">{}</a> ({})',
            ((self.page_of(need), need.code, why_left(need, name)) for need in left[:MOST_NAMED]),
        )
        dots = "" if len(left) <= MOST_NAMED else " …"
        told = format_html("{} {}{}", sentence % len(left), named, dots)
        self.message_user(request, told, messages.WARNING)
