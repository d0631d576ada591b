"""What coordinators do to needs in the admin: publish, release, close. The actions are the pages' own."""

from collections.abc import Callable
from typing import TYPE_CHECKING, cast

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ActionForm
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from mutualaid.people.models import User
from requests_app import actions
from requests_app.links import code_for, make_link
from requests_app.models import Need
from requests_app.moves import Actor, StateChanged, coordinator
from requests_app.states import ON_THE_WAY, CloseReason

if TYPE_CHECKING:
    Base = admin.ModelAdmin[Need]
else:
    Base = object


class CloseReasonForm(ActionForm):
    """Beside the choice of action: why, for closing."""

    close_reason = forms.ChoiceField(
        label=gettext_lazy("Closed because"),
        required=False,
        choices=[("", "–"), *CloseReason.choices],
    )


class DeskActions(Base):
    action_form = CloseReasonForm
    actions = ("publish", "release", "close", "give_code")

    @admin.action(
        description=gettext_lazy("Publish: volunteers may hear of it"), permissions=["change"]
    )
    def publish(self, request: HttpRequest, chosen: QuerySet[Need]) -> None:
        self._each(request, chosen, lambda need, me: actions.publish_need(need, by=me))

    @admin.action(
        description=gettext_lazy("Release: look for somebody else"), permissions=["change"]
    )
    def release(self, request: HttpRequest, chosen: QuerySet[Need]) -> None:
        self._each(request, chosen, _release)

    @admin.action(description=gettext_lazy("Close, for the reason beside"), permissions=["change"])
    def close(self, request: HttpRequest, chosen: QuerySet[Need]) -> None:
        typed = request.POST.get("close_reason", "")
        if typed not in CloseReason.values:
            self.message_user(
                request, _("To close a need, choose a reason as well."), messages.ERROR
            )
            return
        reason = CloseReason(typed)
        self._each(request, chosen, lambda need, me: actions.close_need(need, by=me, reason=reason))

    @admin.action(
        description=gettext_lazy("Make a code, to be read out on the phone"),
        permissions=["change"],
    )
    def give_code(self, request: HttpRequest, chosen: QuerySet[Need]) -> None:
        """The code is shown this once; whoever asked to be rung has been."""
        for need in chosen:
            code = code_for(make_link(need))
            Need.objects.filter(pk=need.pk).update(call_back_at=None)
            said = _("%(need)s (%(name)s): the code is %(code)s")
            message = said % {"need": need, "name": need.code, "code": code}
            self.message_user(request, message)

    def _each(
        self, request: HttpRequest, chosen: QuerySet[Need], do: Callable[[Need, Actor], None]
    ) -> None:
        """Do it to every chosen need for which it is possible now, and say to how many."""
        done = 0
        for need in chosen:
            try:
                do(need, coordinator(cast(User, request.user)))
                done += 1
            except StateChanged:
                continue
        self.message_user(request, ngettext("Done for %d need.", "Done for %d needs.", done) % done)
        if left := len(chosen) - done:
            said = ngettext(
                "Left as it is, for its state does not allow it: %d need.",
                "Left as they are, for their state does not allow it: %d needs.",
                left,
            )
            self.message_user(request, said % left, messages.WARNING)


def _release(need: Need, me: Actor) -> None:
    claim = need.claims.filter(state__in=ON_THE_WAY).first()
    if claim is None:
        raise StateChanged("release")
    actions.release_claim(claim, by=me)
