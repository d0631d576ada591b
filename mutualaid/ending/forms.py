"""The two days of a proposal, each between the days that leave time to everyone."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mutualaid.ending.actions import COPY_DAYS, NOTICE_DAYS, WrongDays, bounds_of_days
from mutualaid.local_time import format_day


def _day(label: Any) -> forms.DateField:
    return forms.DateField(
        label=label,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": gettext_lazy("Choose a day after today.")},
    )


class DaysForm(forms.Form):
    decided_in = timedelta(0)
    """So long it takes until it is decided."""

    closes_on = _day(gettext_lazy("Day on which you close what is still open"))
    erases_on = _day(gettext_lazy("Day on which everything is erased"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        help_texts = {
            "closes_on": _(
                "From {earliest} to {latest}. Everyone gets {days} days to find out first."
            ),
            "erases_on": _(
                "From {earliest} to {latest}, at least {days} days after you close: time to keep copies."
            ),
        }
        least = {"closes_on": NOTICE_DAYS, "erases_on": COPY_DAYS}
        for name, (earliest, latest) in bounds_of_days(decided_in=self.decided_in).items():
            field = self.fields[name]
            field.widget.attrs |= {"min": earliest.isoformat(), "max": latest.isoformat()}
            field.help_text = help_texts[name].format(
                earliest=format_day(earliest), latest=format_day(latest), days=least[name]
            )

    def clean(self) -> dict[str, Any]:
        closes_on = self.cleaned_data.get("closes_on")
        bounds = bounds_of_days(closes_on, decided_in=self.decided_in)
        for name, (earliest, latest) in bounds.items():
            day = self.cleaned_data.get(name)
            if day and not earliest <= day <= latest:
                self._refuse(name, earliest, latest)
        return self.cleaned_data

    def refuse(self, wrong: WrongDays) -> None:
        """Say beside its field what was wrong with a day that fitted when it was typed."""
        self._refuse(wrong.field, wrong.earliest, wrong.latest)

    def _refuse(self, name: str, earliest: date, latest: date) -> None:
        words = _("Choose a day from {earliest} to {latest}.")
        self.add_error(name, words.format(earliest=format_day(earliest), latest=format_day(latest)))
