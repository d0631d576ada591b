"""The form of an ask in the admin: what all of its needs share and is no contact detail."""

from collections.abc import Mapping
from contextlib import suppress

from django import forms
from django.utils.translation import gettext_lazy as _

from mutualaid.admin.careful_form import CarefulForm
from requests_app.admin.changes import who_changed
from requests_app.lifecycle.transitions import lock_ask
from requests_app.models import Ask, Erased, Need, NeedEvent
from requests_app.states import NeedState

FIELDS = ("for_whom", "languages")
CLOSED = _("All needs of this ask are over, so it cannot be changed any more.")


def is_over(ask: Ask) -> bool:
    return not Need.objects.filter(ask=ask).exclude(state=NeedState.CLOSED).exists()


class AskForm(CarefulForm, forms.ModelForm[Ask]):
    class Meta:
        model = Ask
        fields = FIELDS

    def current(self) -> Mapping[str, object]:
        if self.is_bound:
            with suppress(Erased):  # what is written then is refused by the action
                lock_ask(self.instance)
        ask = Ask.objects.get(pk=self.instance.pk)
        return {"for_whom": ask.for_whom, "languages": list(ask.languages.all())}

    def who_changed(self, name: str) -> str:
        return who_changed(NeedEvent.objects.filter(need__ask=self.instance), name)

    def check_changes(self) -> None:
        if self.to_write and is_over(self.instance):
            for name in self.to_write:
                self.add_error(name, CLOSED)
