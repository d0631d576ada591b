"""The forms of the page on which someone says what we may write to them."""

from collections.abc import Callable, Iterator
from typing import Any, cast

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.forms import BoundField
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from mutualaid.contact_points import parse
from mutualaid.group.current import current_group
from mutualaid.notify.channels import CHANNELS, CHOSEN
from mutualaid.notify.models import Preferences
from mutualaid.notify.recipient import textable
from mutualaid.notify.routing.channels_for import recipient_of
from mutualaid.notify.time_zones import find_zones, label_of
from mutualaid.policy.current import current_policy

NOT_A_TIME = {
    "required": _("Write a time like 21:00."),
    "invalid": _("Write a time like 21:00."),
}
FOR_COORDINATORS = ("care", "digest")
AS_THE_GROUP: dict[str, Callable[[Preferences], Any]] = {
    "quiet_from": lambda preferences: preferences.quiet_hours[0],
    "quiet_until": lambda preferences: preferences.quiet_hours[1],
}
"""Fields of `Preferences` that may be empty, with what is then in force and shown."""


class ChannelsField(forms.MultipleChoiceField):
    """Checkboxes for channels; the form leaves those by which someone can be reached."""

    def __init__(self, *, label: Any, help_text: Any = "") -> None:
        super().__init__(
            widget=forms.CheckboxSelectMultiple,
            required=False,
            label=label,
            help_text=help_text,
            choices=lambda: [(name, CHANNELS[name].label) for name in CHOSEN],
        )


def _time_field(label: Any) -> forms.TimeField:
    widget = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    return forms.TimeField(label=label, widget=widget, error_messages=NOT_A_TIME)


class PreferencesForm(forms.Form):
    """`cleaned_data` are the arguments of `actions.save_preferences`."""

    invitations = ChannelsField(
        label=_("When a need fits you, tell me by"),
        help_text=_("Choose none, and we won't ask you. You'll still find the needs on your page."),
    )
    pace = forms.ChoiceField(
        label=_("How often do you want to hear from us?"),
        choices=Preferences.Pace.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how you want to hear of them.")},
    )
    urgent = ChannelsField(label=_("If it's needed today, also by"))
    urgent_at_night = forms.BooleanField(
        label=_("Then you may ask me in my quiet hours too"), required=False
    )
    quiet_from = _time_field(_("Quiet from"))
    quiet_until = _time_field(_("Quiet until"))
    time_zone = forms.CharField(
        label=_("Your time zone"),
        required=False,
        max_length=40,
        help_text=_("Write a city whose clock shows the same as yours."),
    )
    tasks = ChannelsField(
        label=_("About your tasks, tell me by"),
        help_text=_("Who to get in touch with, and when you no longer need to go. At any hour."),
    )
    care = ChannelsField(
        label=_("About needs you look after, tell me by"),
        help_text=_(
            "When a volunteer may turn to you, or a need in your area waits to be read. When one"
            " you took in is closed."
        ),
    )
    digest = ChannelsField(
        label=_("Once a week, how things stand, by"),
        help_text=_("What is at risk, who hasn't been in touch, what will soon be erased."),
    )
    decisions = ChannelsField(
        label=_("About what we decide together, tell me by"),
        help_text=_("When something is proposed, a day before it ends, and what came of it."),
    )
    breaks = ChannelsField(
        label=_("If you carry a lot, ask me whether I want a break, by"),
        help_text=_("At most once in 60 days. Only you get it."),
    )
    hours = ChannelsField(
        label=_("About hours we note, tell me by"),
        help_text=_("When someone notes hours with you, and asks whether that is right."),
    )
    first_way = forms.ChoiceField(
        label=_("Which way first?"),
        required=False,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": _("Choose one of the ways.")},
    )
    language = forms.ChoiceField(
        label=_("Write to me in"),
        choices=lambda: current_group().offered_languages,
        error_messages={"required": _("Choose a language.")},
    )

    groups = (
        (_("Needs that fit you"), ("invitations", "pace")),
        (_("When it is urgent"), ("urgent", "urgent_at_night")),
        (_("Quiet hours"), ("quiet_from", "quiet_until", "time_zone")),
        (_("Your tasks"), ("tasks",)),
        (_("The desk"), FOR_COORDINATORS),
        (_("What we decide together"), ("decisions",)),
        (_("Breaks"), ("breaks",)),
        (_("Hours we note"), ("hours",)),
        (_("If you choose several ways"), ("first_way",)),
        (_("Language"), ("language",)),
    )

    def __init__(self, data: QueryDict | None, preferences: Preferences) -> None:
        super().__init__(data, initial=_initial(preferences))
        self.preferences = preferences
        recipient = recipient_of(preferences.user, preferences)
        usable = [name for name in CHOSEN if CHANNELS[name].address(recipient)]
        if not preferences.user.is_coordinator:
            for name in FOR_COORDINATORS:
                del self.fields[name]
        if not current_policy().has_decisions:
            del self.fields["decisions"]
        if not current_policy().asks_about_breaks:
            del self.fields["breaks"]
        if not current_policy().counts_hours:
            del self.fields["hours"]
        ways = [(name, CHANNELS[name].label) for name in usable]
        for field in self.fields.values():
            if isinstance(field, ChannelsField):
                field.choices = ways
        first = cast(forms.ChoiceField, self.fields["first_way"])
        first.choices = [("", _("It doesn't matter")), *ways]
        if len(ways) < 2:
            del self.fields["first_way"]

    def in_groups(self) -> Iterator[tuple[str, list[BoundField]]]:
        """(title, fields) of each group that has fields for this person."""
        for title, names in self.groups:
            fields = [self[name] for name in names if name in self.fields]
            if fields:
                yield str(title), fields

    def clean(self) -> dict[str, Any]:
        """Leave empty what was empty, unless they changed it: it goes on as the group has it."""
        typed = super().clean() or self.cleaned_data
        for name in AS_THE_GROUP.keys() & typed.keys() - set(self.changed_data):
            typed[name] = getattr(self.preferences, name)
        return typed

    def clean_time_zone(self) -> str:
        """Return its IANA name. Raises `ValidationError` unless what they wrote is one place.

        Where it may be several, the box turns into these to choose from.
        """
        typed = self.cleaned_data["time_zone"].strip()
        found = find_zones(typed) if typed else [""]
        if not found:
            raise ValidationError(_("We don't know this city. Try a larger one near you."))
        if len(found) > 1:
            places = [(zone, label_of(zone)) for zone in found]
            as_group = ("", _("As our group: %s") % settings.TIME_ZONE)
            self.fields["time_zone"].widget = forms.Select(
                choices=[(typed, typed), *places, as_group]
            )
            raise ValidationError(_("Which of these is it?"))
        return found[0]


def _initial(preferences: Preferences) -> dict[str, Any]:
    """Their preferences as they are in force now."""
    stored = {
        name: getattr(preferences, name)
        for name in PreferencesForm.base_fields
        if hasattr(preferences, name)
    }
    in_force = {name: value(preferences) for name, value in AS_THE_GROUP.items()}
    return {
        **stored,
        **in_force,
        **preferences.ways_in_force,
        "language": current_group().offered(preferences.user.language),
    }


class PhoneForm(forms.Form):
    phone = forms.CharField(
        label=_("Your phone number"),
        max_length=40,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel", "dir": "ltr"}),
        help_text=_(
            "We'll send it one text message, to be sure it's yours. Others may read your texts:"
            " someone who shares your phone, or gets your number after you. An app code or a"
            " passkey is safer to sign in with."
        ),
        error_messages={"required": _("Write your phone number.")},
    )

    def clean_phone(self) -> str:
        """The number in E.164. Raises `ValidationError` unless it is one number that a text reaches."""
        parsed = parse(self.cleaned_data["phone"])
        number = textable(self.cleaned_data["phone"])
        if not number or parsed.unread or len(parsed.points) > 1:
            raise ValidationError(
                _("Write one whole number without an extension, like +1 555 010 0123.")
            )
        return number
