"""What can come of a call that someone of the team makes, and when it is tried again."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import TextChoices
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from mutualaid.local_time import format_moment


class CallOutcome(TextChoices):
    REACHED = "reached", _("Reached")
    NO_ANSWER = "no_answer", _("No answer")
    VOICEMAIL = "voicemail", _("Left a voice message")
    WRONG_NUMBER = "wrong_number", _("Wrong number")
    CALL_BACK = "call_back", _("Call back at a time they said")


TRY_AGAIN_AFTER = {
    CallOutcome.NO_ANSWER: timedelta(hours=3),
    CallOutcome.VOICEMAIL: timedelta(days=1),
}
"""Time for whoever did not answer to be back, or to hear the message and call. Assumed, not measured."""
LATEST_CALL_BACK = timedelta(days=60)


def next_try(outcome: CallOutcome, call_back_at: datetime | None) -> datetime | None:
    """Return when to call again: at the time they said, after `TRY_AGAIN_AFTER`, or None for never."""
    if outcome == CallOutcome.CALL_BACK:
        return call_back_at
    wait = TRY_AGAIN_AFTER.get(outcome)
    return timezone.now() + wait if wait else None


class OutcomeForm(forms.Form):
    """The button that was pressed, and the time that goes with "call back"."""

    outcome = forms.TypedChoiceField(
        choices=CallOutcome.choices,
        coerce=CallOutcome,
        widget=forms.HiddenInput,
        error_messages={
            "required": _("Choose what came of the call."),
            "invalid_choice": _("Choose what came of the call."),
        },
    )
    call_back_at = forms.DateTimeField(
        label=_("When to call back"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"],
        error_messages={"invalid": _("Write the time like this: 2026-12-31 18:30.")},
    )

    def clean(self) -> dict[str, Any]:
        """Require a time in the next `LATEST_CALL_BACK` for a call back."""
        typed = self.cleaned_data
        if typed.get("outcome") == CallOutcome.CALL_BACK and "call_back_at" not in self.errors:
            at, now = typed.get("call_back_at"), timezone.now()
            if not at:
                self.add_error("call_back_at", _("Write when they want to be called."))
            elif not now < at <= now + LATEST_CALL_BACK:
                soon = ValidationError(_("Choose a time from now on, within the next 60 days."))
                self.add_error("call_back_at", soon)
        return typed

    def next_try(self) -> datetime | None:
        """See `next_try`. Call it on a valid form."""
        return next_try(self.cleaned_data["outcome"], self.cleaned_data["call_back_at"])


def said_of_call(outcome: CallOutcome, next_try: datetime | None) -> str:
    """Return a sentence for whoever called: what was written down, and when to try again."""
    match outcome:
        case CallOutcome.REACHED:
            return gettext("Written down: you reached them. Thank you.")
        case CallOutcome.WRONG_NUMBER:
            return gettext("Written down: the number is wrong. Someone has to find another way.")
    when = format_moment(timezone.localtime(next_try))
    return gettext("Written down. Please try again: %(when)s.") % {"when": when}
