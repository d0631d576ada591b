"""One need that is several tasks: the coordinator makes a need of each."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy, ngettext

from mutualaid.admin.step_page import StepPage
from mutualaid.admin.widgets import RowsField
from mutualaid.catalog.form_choices import NOT_A_CHOICE, category_choices
from mutualaid.catalog.models import Category
from requests_app import actions
from requests_app.admin.refusals import REFUSALS
from requests_app.lifecycle.actors import coordinator
from requests_app.models import Need


class SplitForm(forms.Form):
    into = RowsField(
        Category.objects.filter(is_active=True),
        label=gettext_lazy("What else is to be done"),
        widget=forms.SelectMultiple(attrs={"size": 16}),
        error_messages=NOT_A_CHOICE,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["into"].choices = category_choices()  # type: ignore[attr-defined]


class SplitPage(StepPage[Need, SplitForm]):
    """Choose the further tasks; the need itself keeps its own kind."""

    name = "split"
    title = gettext_lazy("Several tasks")
    form_class = SplitForm
    explains = gettext_lazy(
        "Each becomes a need of the same ask, with the same area, day and notes."
    )
    button = gettext_lazy("Make these needs")
    refusals = REFUSALS

    def act(self, form: SplitForm) -> str:
        into = list(form.cleaned_data["into"])
        made = actions.split_need(self.row, into=into, by=coordinator(self.me))
        return ngettext(
            "%d further need was made.", "%d further needs were made.", len(made)
        ) % len(made)
