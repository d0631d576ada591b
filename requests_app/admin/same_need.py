"""The same need came twice in one ask: from then on both share one fate, and nothing of either is lost."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mutualaid.admin.step_page import StepPage
from requests_app import actions
from requests_app.admin.refusals import REFUSALS
from requests_app.lifecycle.actors import coordinator
from requests_app.models import Need
from requests_app.states import NeedState


class NeedChoice(forms.ModelChoiceField[Need]):
    def label_from_instance(self, need: Need) -> str:
        return f"{need} · {need.code} · {need.when} · {need.get_state_display()}"


class SameNeedForm(forms.Form):
    into = NeedChoice(
        Need.objects.none(),
        label=gettext_lazy("Which need it is the same as"),
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={"required": gettext_lazy("Choose the other need.")},
    )

    def __init__(self, data: QueryDict | None = None, *, need: Need) -> None:
        super().__init__(data)
        others = Need.objects.filter(ask=need.ask).exclude(pk=need.pk)
        live = others.exclude(state__in=(NeedState.CLOSED, NeedState.MERGED))
        self.fields["into"].queryset = live.select_related("category", "locality").order_by("pk")  # type: ignore[attr-defined]


class SameNeedPage(StepPage[Need, SameNeedForm]):
    name = "same-need"
    title = gettext_lazy("The same need twice")
    template = "admin/need_same.html"
    explains = gettext_lazy(
        "Both then share one fate. The other need takes the higher urgency, the earlier day and both"
        " texts. It can be undone: nothing of this one is lost."
    )
    button = gettext_lazy("Keep it together with that one")
    refusals = REFUSALS

    def form(self, data: QueryDict | None = None) -> SameNeedForm:
        return SameNeedForm(data, need=self.row)

    def act(self, form: SameNeedForm) -> str:
        actions.merge_need(self.row, into=form.cleaned_data["into"], by=coordinator(self.me))
        return _("Both are kept together now.")

    def context(self, form: SameNeedForm) -> dict[str, Any]:
        return {"has_others": form.fields["into"].queryset.exists()}  # type: ignore[attr-defined]
