"""The form of a need in the admin: what it is, where, when. The neighbour's words stand behind "contact"."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mutualaid.admin.careful_form import CarefulForm
from requests_app import rules
from requests_app.admin.changes import who_changed
from requests_app.lifecycle.transitions import lock_ask
from requests_app.models import Erased, Need

FIELDS = ("category", "locality", "urgency", "needed_by", "week_parts", "people_count")
CLOSED = _("This need is over, so it cannot be changed any more.")


class NeedForm(CarefulForm, forms.ModelForm[Need]):
    people_count = forms.IntegerField(
        label=_("For how many people"), min_value=1, max_value=500, required=False
    )
    later_days = forms.BooleanField(
        label=_("Change the later days of it as well"),
        help_text=_("All but the day itself, which each of them keeps."),
        required=False,
    )

    class Meta:
        model = Need
        fields = FIELDS

    def current(self) -> Mapping[str, object]:
        if self.is_bound:
            with suppress(Erased):  # what is written then is refused by the action
                lock_ask(self.instance.ask)
        need = Need.objects.select_related("category", "locality").get(pk=self.instance.pk)
        return {name: getattr(need, name) for name in FIELDS}

    def who_changed(self, name: str) -> str:
        return who_changed(self.instance.events.all(), name)

    def check_changes(self) -> None:
        need = Need.objects.select_related("category").get(pk=self.instance.pk)
        if not rules.can_change(need):
            for name in self.to_write:
                self.add_error(name, CLOSED)
            return
        if "needed_by" in self.to_write:
            self._check_day(need, self.to_write["needed_by"])
        if "category" in self.to_write and not rules.can_change_kind(need):
            words = _("Someone said yes to the kind it is now. Release them first.")
            self.add_error("category", words)

    def _check_day(self, need: Need, day: Any) -> None:
        if day is None and need.series_id:
            self.add_error("needed_by", _("It comes back every week, so it is always for a day."))
        elif day and day < timezone.localdate():
            self.add_error("needed_by", _("This day has passed. Choose today or a later day."))
