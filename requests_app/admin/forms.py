"""The forms of a need, of an ask and of its contact details, and who changed their fields last.

All three are `CarefulForm`s: they lock the ask while they check, and write only what their user changed.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import date
from typing import Any, cast

from django import forms
from django.conf import settings
from django.contrib.admin.widgets import AdminTextInputWidget
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_stubs_ext import StrOrPromise

from mutualaid.admin.careful_form import CarefulForm
from mutualaid.catalog.forms.choices import category_choices
from mutualaid.contact_points.form_fields import OneEmailField, PhoneField
from mutualaid.forms.stale import SEEN, is_untouched
from mutualaid.forms.typed_text import LineField, NameField, TextField
from requests_app import rules
from requests_app.how_soon import let_say_anew, urgency_now
from requests_app.lifecycle.transitions import lock_ask
from requests_app.models import Ask, AskContact, Channel, Erased, Need, NeedEvent, WhomToCall
from requests_app.models.ask import in_order
from requests_app.states import NeedAction, NeedState

NEED_FIELDS = ("category", "locality", "urgency", "needed_by", "week_parts", "people_count")
ASK_FIELDS = ("for_whom", "languages", "may_ask_partners")
CONTACT_FIELDS = (
    "name", "phone", "email", "address", "channels", "times", "no_voicemail", "keep_from",
    "language", "asked_by", "whom_to_call",
)  # fmt: skip

NEED_IS_OVER = gettext_lazy("This need is over, so it cannot be changed any more.")
ASK_IS_OVER = gettext_lazy("All needs of this ask are over, so it cannot be changed any more.")

FIELD_WRITING_ACTIONS = (
    NeedAction.CHANGE, NeedAction.EXTEND, NeedAction.RESUME, NeedAction.MERGE, NeedAction.UNMERGE,
)  # fmt: skip
"""Actions that may write a field that a coordinator can change as well."""
NAMES_ON_PAGES = {
    "category": "kind",
    "locality": "where",
    "urgency": "when",
    "needed_by": "when",
    "week_parts": "when",
    "people_count": "people",
    "may_ask_partners": "partners",
}
"""What the neighbour's pages call a field in the `reason` of an event."""
MOST_REASON_LETTERS = 60
"""As many as `NeedEvent.reason` holds."""
MOST_EVENTS_READ = 20


def is_over(ask: Ask) -> bool:
    """Whether no need of the ask is live any more."""
    return not Need.objects.filter(ask=ask).exclude(state=NeedState.CLOSED).exists()


def reason_from_fields(fields: Iterable[str]) -> str:
    """Return the names of these fields as the `reason` of an event, as many as fit: "needed_by,urgency"."""
    reason = ""
    for name in sorted(fields):
        if len(reason) + len(name) < MOST_REASON_LETTERS:
            reason += f",{name}" if reason else name
    return reason


def who_changed_last(events: QuerySet[NeedEvent], field: str) -> str:
    """Return who wrote `field` last, as the history tells: a coordinator by name, a neighbour never.

    Where no event names the field, it is whoever wrote any field last.
    """
    writes = events.filter(action__in=FIELD_WRITING_ACTIONS).select_related("actor")
    newest = list(writes.order_by("-at", "-pk")[:MOST_EVENTS_READ])
    if not newest:
        return _("Someone else")
    names = {field, NAMES_ON_PAGES.get(field, field)}
    of_this_field = [event for event in newest if names & set(event.reason.split(","))]
    event = (of_this_field or newest)[0]
    if event.actor and event.actor_kind == NeedEvent.Kind.COORDINATOR:
        return str(event.actor)
    return capfirst(event.get_actor_kind_display())


class NeedForm(CarefulForm, forms.ModelForm[Need]):
    """What it is, where and when. The neighbour's own words stand on the contact page of the ask."""

    people_count = forms.IntegerField(
        label=gettext_lazy("For how many people"), min_value=1, max_value=500, required=False
    )
    later_days = forms.BooleanField(
        label=gettext_lazy("Change the later days of it as well"),
        help_text=gettext_lazy("All but the day itself, which each of them keeps."),
        required=False,
    )

    class Meta:
        model = Need
        fields = NEED_FIELDS

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if field := self.fields.get("category"):
            field.choices = self._category_choices()  # type: ignore[attr-defined]
        if "urgency" in self.fields:
            let_say_anew(cast(Any, self.fields["urgency"]), self.instance, self._seen())
            self.initial["urgency"] = urgency_now(self.instance, self._seen())

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if "urgency" in cleaned and cleaned["urgency"] is None:
            cleaned["urgency"] = self.instance.urgency
        return cleaned

    def _category_choices(self) -> list[Any]:
        """All in use under their groups; before them the need's own, where it is in use no more."""
        grouped: list[Any] = [*category_choices()]
        own = self.instance.category
        in_use = {pk for _group, rows in grouped for pk, _label in rows}
        return grouped if own.pk in in_use else [(own.pk, str(own)), *grouped]

    def current(self) -> Mapping[str, object]:
        if self.is_bound:
            _lock(self.instance.ask)
        need = Need.objects.select_related("category", "locality").get(pk=self.instance.pk)
        values = {name: getattr(need, name) for name in NEED_FIELDS}
        return values | {"urgency": urgency_now(need, self._seen())}

    def _seen(self) -> str | None:
        return str(self.data.get(SEEN, "")) if self.is_bound else None

    def who_changed(self, name: str) -> str:
        return who_changed_last(self.instance.events.all(), name)

    def check_changes(self) -> None:
        need = Need.objects.select_related("category").get(pk=self.instance.pk)
        if not rules.can_change(need):
            for name in self.to_write:
                self.add_error(name, NEED_IS_OVER)
            return
        if "needed_by" in self.to_write:
            self._check_day(need, self.to_write["needed_by"])
        if "category" in self.to_write and not rules.can_change_kind(need):
            self.add_error(
                "category", _("Someone said yes to the kind it is now. Release them first.")
            )

    def _check_day(self, need: Need, day: date | None) -> None:
        if day is None and need.series_id:
            self.add_error("needed_by", _("It comes back every week, so it is always for a day."))
        elif day and day < timezone.localdate():
            self.add_error("needed_by", _("This day has passed. Choose today or a later day."))


class AskForm(CarefulForm, forms.ModelForm[Ask]):
    """What all needs of an ask share and is no contact detail."""

    class Meta:
        model = Ask
        fields = ASK_FIELDS

    def current(self) -> Mapping[str, object]:
        if self.is_bound:
            _lock(self.instance)
        ask = Ask.objects.get(pk=self.instance.pk)
        return {
            "for_whom": ask.for_whom,
            "languages": list(ask.languages.all()),
            "may_ask_partners": ask.may_ask_partners,
        }

    def who_changed(self, name: str) -> str:
        return who_changed_last(NeedEvent.objects.filter(need__ask=self.instance), name)

    def check_changes(self) -> None:
        if self.to_write and is_over(self.instance):
            for name in self.to_write:
                self.add_error(name, ASK_IS_OVER)


def _line(label: StrOrPromise, most: int | None, **attrs: str) -> forms.CharField:
    widget = AdminTextInputWidget(attrs=attrs)
    return LineField(label=label, max_length=most, required=False, widget=widget)


def _lines(label: StrOrPromise, most: int, rows: int) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows, "dir": "auto"})
    return TextField(label=label, max_length=most, required=False, widget=widget)


class ContactForm(CarefulForm, forms.Form):
    """Who asks, how to reach them, and their words about each task, as a coordinator corrects them.

    It has a field for the notes of each need of the ask, named "notes-" and the id of the need.
    """

    name = NameField(
        label=gettext_lazy("Name"), max_length=60, required=False, widget=AdminTextInputWidget()
    )
    phone = PhoneField(
        label=gettext_lazy("Phone"),
        max_length=100,
        required=False,
        widget=AdminTextInputWidget(attrs={"dir": "ltr"}),
    )
    email = OneEmailField(
        label=gettext_lazy("E-mail"),
        required=False,
        widget=AdminTextInputWidget(attrs={"dir": "ltr"}),
    )
    address = _lines(gettext_lazy("Address"), 300, 3)
    channels = forms.MultipleChoiceField(
        label=gettext_lazy("Safe ways; none chosen: all are"),
        choices=Channel.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    times = _line(gettext_lazy("Safe times"), 200)
    no_voicemail = forms.BooleanField(label=gettext_lazy("No voice messages"), required=False)
    keep_from = _lines(gettext_lazy("Who must not find out"), 500, 3)
    asked_by = NameField(
        label=gettext_lazy("Who asked for them"),
        max_length=60,
        required=False,
        widget=AdminTextInputWidget(),
    )
    whom_to_call = forms.ChoiceField(
        label=gettext_lazy("Who to call"),
        required=False,
        choices=[("", "–"), *WhomToCall.choices],
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Language of messages"),
        required=False,
        choices=[("", "–"), *settings.LANGUAGES],
    )

    def __init__(self, data: QueryDict | None, *, ask: Ask) -> None:
        """Raises `WrongKey` where no key at hand opens the details."""
        self.ask = ask
        with_notes = Need.objects.filter(ask=ask, notes__isnull=False)
        needs = with_notes.select_related("category", "locality", "notes").order_by("pk")
        self.needs = {f"notes-{need.pk}": need for need in needs}
        super().__init__(data)
        for name, need in self.needs.items():
            if data is None or name in data:  # a browser sends nothing for a field that is disabled
                self.fields[name] = _lines(_("Notes: %s") % need, 2000, 4)
                self.fields[name].disabled = data is None and not rules.can_change(need)
        if data is not None:
            self._accept_untouched(data)
        self.initial = dict(self.current())

    def _accept_untouched(self, data: QueryDict) -> None:
        """Do not check a name, phone or e-mail that came back as it was shown: an older one may not pass."""
        for name in ("name", "asked_by", "phone", "email"):
            if is_untouched(data.get(SEEN, ""), name, data.get(name, "")):
                label, widget = self.fields[name].label, self.fields[name].widget
                self.fields[name] = forms.CharField(label=label, required=False, widget=widget)

    def current(self) -> Mapping[str, object]:
        if self.is_bound:
            _lock(self.ask)
        contact = AskContact.objects.get(ask=self.ask)
        values = {name: getattr(contact, name) for name in CONTACT_FIELDS}
        chosen = contact.channels.split(",")
        values["channels"] = [code for code in Channel.values if code in chosen]
        ids = [need.pk for need in self.needs.values()]
        needs = Need.objects.select_related("notes").in_bulk(ids)
        return values | {name: needs[need.pk].notes.text for name, need in self.needs.items()}

    def who_changed(self, name: str) -> str:
        if need := self.needs.get(name):
            return who_changed_last(need.events.all(), "notes")
        return who_changed_last(NeedEvent.objects.filter(need__ask=self.ask), name)

    def check_changes(self) -> None:
        contact = self.contact_to_write()
        over = list(contact) if is_over(self.ask) else []
        for need, _notes in self.notes_to_write():
            if not rules.can_change(Need.objects.get(pk=need.pk)):
                over.append(f"notes-{need.pk}")
        for name in over:
            self.add_error(name, ASK_IS_OVER)

    def contact_to_write(self) -> dict[str, Any]:
        """Return what of the contact details this user changed, as `change_ask` takes it."""
        values = {name: self.to_write[name] for name in CONTACT_FIELDS if name in self.to_write}
        if "channels" in values:
            first = AskContact.objects.get(ask=self.ask).first_way
            values["channels"] = ",".join(in_order(values["channels"], first))
        return values

    def notes_to_write(self) -> Iterator[tuple[Need, str]]:
        """Yield each need whose notes this user changed, with the new text."""
        for name, need in self.needs.items():
            if name in self.to_write:
                yield need, self.to_write[name]


def _lock(ask: Ask) -> None:
    """Lock the ask and its live needs. One that is erased is refused later, by the action."""
    with suppress(Erased):
        lock_ask(ask)
