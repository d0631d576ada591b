"""Who is helped: whoever asks, or someone else, who agreed to it."""

from django import forms
from django.utils.translation import gettext_lazy as _

from mutualaid.forms.typed_text import NameField
from requests_app.models import Ask, WhomToCall
from requests_app.pages.ask.forms import StepForm

NAME_NEEDED = _("Write a name we can call them.")


class WhoForm(StepForm):
    for_whom = forms.TypedChoiceField(
        label=_("Who is this for?"),
        choices=[
            (Ask.ForWhom.SELF, _("For me")),
            (Ask.ForWhom.SOMEONE_ELSE, _("For someone else")),
        ],
        required=False,
        empty_value=Ask.ForWhom.SELF,
        initial=Ask.ForWhom.SELF,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": _("Choose one of these.")},
    )


class AskerForm(StepForm):
    """Who asks for someone else, and which of the two is called."""

    asked_by = NameField(
        label=_("Your first name"),
        max_length=60,
        error_messages={"required": _("Write a name we can call you.")},
        widget=forms.TextInput(attrs={"autocomplete": "given-name"}),
    )
    whom_to_call = forms.ChoiceField(
        label=_("Who should the helper call?"),
        choices=[(WhomToCall.THEM, _("Call them")), (WhomToCall.ASKER, _("Call me"))],
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose who gets the call."),
            "invalid_choice": _("Choose one of these."),
        },
    )


class SomeoneElseForm(AskerForm):
    """Asked only if it is for someone else."""

    agreed = forms.BooleanField(
        label=_("They know about this, and they agree"),
        help_text=_("It's their home and their name, so they decide who hears about it."),
        error_messages={"required": _("Ask them first, please. Then tick this box.")},
    )
    name = NameField(
        label=_("Their first name"), max_length=60, error_messages={"required": NAME_NEEDED}
    )
    field_order = ("agreed", "name", "asked_by", "whom_to_call")
