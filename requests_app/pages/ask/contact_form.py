"""The last page of questions: who asks, how to reach them, and what is safe for them."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from mutualaid.catalog.forms.choices import NOT_A_CHOICE, RowsField, language_choices
from mutualaid.catalog.language_names import spoken_in
from mutualaid.contact_points.form_fields import ContactPointsField, OneEmailField, PhoneField
from mutualaid.forms.step_form import Folds, TrapField
from mutualaid.forms.typed_text import LineField, NameField, TextField
from mutualaid.policy.current import current_policy
from mutualaid.promises import PROMISES, Field, who_sees_this
from requests_app import other_groups
from requests_app.models import Channel
from requests_app.models.ask import WRITTEN, in_order
from requests_app.pages.ask.forms import StepForm

CONTACT_FIELDS = ("phone", "email", "address")
CONTACT_FIELD_OF = {
    Channel.CALL: "phone",
    Channel.SMS: "phone",
    Channel.EMAIL: "email",
    Channel.NOTE: "address",
    Channel.DOOR: "address",
}
"""The contact detail that each channel needs."""
UNREACHABLE = _("We need a way to reach you: a phone number, an e-mail address or a place.")
NOT_SAFE = _("Choose it as a safe way too, or choose another one first.")
NO_SAFE_WAY = _("We don't have a number or address for any of these. Choose one we can use.")


def offers_partners() -> bool:
    """Whether there is a neighbouring group that may be asked about what someone needs."""
    return current_policy().has_partners and other_groups.can_be_asked()


class PartnersForm(StepForm):
    may_ask_partners = forms.BooleanField(
        label=_("If no one here is found, ask neighbouring groups too"),
        required=False,
        help_text=format_lazy(
            "{} {}", PROMISES["partners_asked_without_you"], PROMISES["partners_never_asked"]
        ),
    )


class ContactForm(StepForm):
    name = NameField(
        label=_("What should we call you?"),
        max_length=60,
        help_text=_("A first name is enough. It doesn't have to be your real one."),
        error_messages={"required": _("Write a name we can call you.")},
    )
    phone = PhoneField(label=_("Phone"), max_length=100, required=False)
    email = OneEmailField(
        label=_("E-mail"),
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "dir": "ltr"}),
    )
    address = TextField(
        label=_("Address, or where to meet"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
        help_text=who_sees_this(Field.ADDRESS),
    )
    languages = RowsField(
        label=_("Which languages do you speak?"),
        error_messages={"required": _("Choose at least one language."), **NOT_A_CHOICE},
    )
    may_ask_partners = PartnersForm.base_fields["may_ask_partners"]

    channels = forms.MultipleChoiceField(
        label=_("Which ways of reaching you are safe?"),
        choices=Channel.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Choose none if all are fine. If you choose some, we'll use only those."),
        error_messages=NOT_A_CHOICE,
    )
    first_way = forms.ChoiceField(
        label=_("Which way first?"),
        choices=[("", _("It doesn't matter")), *((way.value, way.label) for way in WRITTEN)],
        required=False,
        widget=forms.RadioSelect,
        error_messages=NOT_A_CHOICE,
    )
    times = LineField(
        label=_("When is a good time?"),
        max_length=200,
        required=False,
        help_text=_("For example: in the morning, or after 6."),
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )
    no_voicemail = forms.BooleanField(label=_("Please leave no voice message"), required=False)
    keep_from = TextField(
        label=_("Is there anyone who must not find out?"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
        help_text=format_lazy(
            "{} {}", who_sees_this(Field.KEEP_FROM), PROMISES["read_before_invitations"]
        ),
    )
    keep_from_contact_points = ContactPointsField(
        label=_("Their phone number or e-mail address, if you know it"),
        required=False,
        of_accounts=True,
        help_text=PROMISES["kept_from_their_accounts"],
    )
    website = TrapField()
    folds: Folds = (
        (_("E-mail, address, languages"), ("email", "address", "languages")),
        (
            _("What keeps you safe"),
            (
                "channels",
                "first_way",
                "times",
                "no_voicemail",
                "keep_from",
                "keep_from_contact_points",
            ),
        ),
    )

    def arrange(self) -> None:
        super().arrange()
        if not self.earlier.offers_partners:
            del self.fields["may_ask_partners"]
        if self.earlier.is_for_someone_else:  # the page before has both names
            del self.fields["name"]
            self.fields["phone"].label = _("Phone of who should be called")
        catalogue = self.earlier.catalogue
        self._offer("languages", catalogue.languages, partial(language_choices, catalogue))
        self.fields["languages"].initial = [spoken_in(get_language() or "en")]

    def clean(self) -> dict[str, Any]:
        """Refuse an ask whose neighbour could not be reached by any safe channel.

        Where someone must not find out, no other group is asked, whatever was ticked.
        """
        super().clean()
        cleaned = self.cleaned_data
        if first := cleaned.get("first_way"):
            if first not in cleaned.get("channels", [first]):
                self.add_error("first_way", NOT_SAFE)
            cleaned["channels"] = in_order(cleaned.get("channels", []), first)
        if cleaned.get("keep_from") or cleaned.get("keep_from_contact_points"):
            cleaned["may_ask_partners"] = False
        if not set(CONTACT_FIELDS) <= set(self.fields):
            return cleaned  # only one of them is being changed: its page checks it with the others
        if not any(cleaned.get(name) or name in self.errors for name in CONTACT_FIELDS):
            self.add_error("phone", UNREACHABLE)
        elif not self.errors and not is_reachable(cleaned):
            self.add_error("channels", NO_SAFE_WAY)
        return cleaned


def is_reachable(contact: Mapping[str, Any]) -> bool:
    """Whether there is a contact detail for a safe channel; if none is chosen, all channels are safe.

    `contact` has the values of `CONTACT_FIELDS` and, as a list of codes, `channels`.
    """
    channels = contact["channels"] or Channel.values
    return any(contact[CONTACT_FIELD_OF[Channel(code)]] for code in channels)
