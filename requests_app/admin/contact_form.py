"""Who asks, how to reach them, and their words about each task, as a coordinator corrects them."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.admin.widgets import AdminTextInputWidget
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from mutualaid.admin.careful_form import CarefulForm
from mutualaid.contact_points import parse
from requests_app import rules
from requests_app.admin.ask_form import CLOSED, is_over
from requests_app.admin.changes import who_changed
from requests_app.lifecycle.transitions import lock_ask
from requests_app.models import Ask, AskContact, Channel, Erased, Need, NeedEvent

FIELDS = (
    "name", "phone", "email", "address", "channels", "times", "no_voicemail", "keep_from",
    "language",
)  # fmt: skip


def _line(label: Any, most: int, **attrs: str) -> forms.CharField:
    widget = AdminTextInputWidget(attrs=attrs)
    return forms.CharField(label=label, max_length=most, required=False, widget=widget)


def _lines(label: Any, most: int, rows: int) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows, "dir": "auto"})
    return forms.CharField(label=label, max_length=most, required=False, widget=widget)


class ContactForm(CarefulForm, forms.Form):
    """With a field for the notes of each need that is not over, named "notes-" and the id of the need."""

    name = _line(_("Name"), 60)
    phone = _line(_("Phone"), 40, dir="ltr")
    email = forms.EmailField(
        label=_("E-mail"), required=False, widget=AdminTextInputWidget(attrs={"dir": "ltr"})
    )
    address = _lines(_("Address"), 300, 3)
    channels = forms.MultipleChoiceField(
        label=_("Safe ways; none chosen: all are"),
        choices=Channel.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    times = _line(_("Safe times"), 200)
    no_voicemail = forms.BooleanField(label=_("No voice messages"), required=False)
    keep_from = _lines(_("Who must not find out"), 500, 3)
    language = forms.ChoiceField(
        label=_("Language of messages"), required=False, choices=[("", "–"), *settings.LANGUAGES]
    )

    def __init__(self, data: QueryDict | None, *, ask: Ask) -> None:
        """Raises `WrongKey` where no key at hand opens the details."""
        self.ask = ask
        needs = Need.objects.filter(ask=ask, notes__isnull=False).select_related(
            "category", "locality", "notes"
        )
        self.needs = {f"notes-{need.pk}": need for need in needs.order_by("pk")}
        super().__init__(data)
        for name, need in self.needs.items():
            if data is None or name in data:  # a browser sends nothing for a field that is disabled
                self.fields[name] = _lines(_("Notes: %s") % need, 2000, 4)
                self.fields[name].disabled = data is None and not rules.can_change(need)
        self.initial = dict(self.current())

    def current(self) -> Mapping[str, object]:
        if self.is_bound:
            with suppress(Erased):  # what is written then is refused by the action
                lock_ask(self.ask)
        contact = AskContact.objects.get(ask=self.ask)
        values = {name: getattr(contact, name) for name in FIELDS}
        values["channels"] = [way for way in contact.channels.split(",") if way]
        notes = Need.objects.select_related("notes").in_bulk([n.pk for n in self.needs.values()])
        return values | {name: notes[need.pk].notes.text for name, need in self.needs.items()}

    def who_changed(self, name: str) -> str:
        need = self.needs.get(name)
        if need:
            return who_changed(need.events.all(), "notes")
        return who_changed(NeedEvent.objects.filter(need__ask=self.ask), name)

    def check_changes(self) -> None:
        contact = self.contact_to_write()
        over = list(contact) if is_over(self.ask) else []
        for need, _notes in self.notes_to_write():
            if not rules.can_change(Need.objects.get(pk=need.pk)):
                over.append(f"notes-{need.pk}")
        for name in over:
            self.add_error(name, CLOSED)
        phone = contact.get("phone", "")
        if phone and not parse(phone).phones:
            self.add_error("phone", _("Write a phone number."))

    def contact_to_write(self) -> dict[str, Any]:
        """What of the contact this user changed, as `change_ask` takes it."""
        given = {name: self.to_write[name] for name in FIELDS if name in self.to_write}
        if "channels" in given:
            given["channels"] = ",".join(given["channels"])
        return given

    def notes_to_write(self) -> Iterator[tuple[Need, str]]:
        for name, need in self.needs.items():
            if name in self.to_write:
                yield need, self.to_write[name]
