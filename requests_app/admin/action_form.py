"""What stands beside the choice of a step in the admin: why, and until when."""

from datetime import date

from django import forms
from django.contrib.admin.helpers import ActionForm
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext_lazy as _

from requests_app.states import CloseReason


class NextStepForm(ActionForm):
    """Each field is for some of the steps only. The step tells what it misses; the admin's own
    check would only say that no step was chosen."""

    close_reason = forms.ChoiceField(
        label=_("Closed because"), required=False, choices=[("", "–"), *CloseReason.choices]
    )
    until = forms.CharField(
        label=_("Until"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


def day_after_today(typed: str) -> date | None:
    """The day that was typed; None where it is none, or not after today."""
    try:
        day = parse_date(typed)
    except ValueError:
        return None
    return day if day and day > timezone.localdate() else None
