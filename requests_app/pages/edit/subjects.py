"""What a neighbour can change, of an ask or of one of its needs, and what is there now."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, NamedTuple, TypeVar, cast

from django.forms import TypedChoiceField
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mutualaid.catalog.forms.choices import Catalogue
from mutualaid.promises import PROMISES
from requests_app import actions, rules
from requests_app.access.floods import reason_to_hold_contact
from requests_app.how_soon import let_say_anew, urgency_now
from requests_app.lifecycle.transitions import lock_ask
from requests_app.models import Ask, Need
from requests_app.pages.ask.contact_form import ContactForm, PartnersForm, offers_partners
from requests_app.pages.ask.forms import (
    DetailsForm,
    EarlierChoices,
    OneKindForm,
    StepForm,
    WhenForm,
    WhereForm,
)
from requests_app.pages.ask.who_forms import AskerForm, WhoForm
from requests_app.states import CHANGEABLE

Of = TypeVar("Of", Ask, Need)
Values = dict[str, Any]
"""By field of the form: as a cleaned form gives it."""


@dataclass(frozen=True)
class EditableField:
    """What has a page of its own to change it: these fields of a form of the wizard.

    What is `write_only` is not shown, since others may hold the link; it can only be written anew.
    Of what is `silent` not even whether anything was said is shown.
    """

    name: str
    title: str | Promise
    form: type[StepForm]
    fields: tuple[str, ...]
    write_only: bool = False
    silent: bool = False


def _write_only(
    field: str, title: str | Promise, form: type[StepForm] = ContactForm
) -> EditableField:
    return EditableField(field, title, form, (field,), write_only=True)


def _silent(field: str, title: str | Promise, *beside: str) -> EditableField:
    return EditableField(field, title, ContactForm, (field, *beside), write_only=True, silent=True)


TASK = (
    EditableField("kind", gettext_lazy("What you need"), OneKindForm, ("category",)),
    EditableField("where", gettext_lazy("Area"), WhereForm, ("locality",)),
    EditableField(
        "when", gettext_lazy("How soon"), WhenForm, ("urgency", "needed_by", "week_parts")
    ),
    EditableField("people", gettext_lazy("For how many people"), DetailsForm, ("people_count",)),
    _write_only("notes", gettext_lazy("What to know"), DetailsForm),
)
"""Of each need."""
CONTACT = (
    EditableField("for_whom", gettext_lazy("Who it is for"), WhoForm, ("for_whom",)),
    _write_only("name", gettext_lazy("Name")),
    _write_only("asked_by", gettext_lazy("Who asked"), AskerForm),
    EditableField("whom_to_call", gettext_lazy("Who to call"), AskerForm, ("whom_to_call",)),
    _write_only("phone", gettext_lazy("Phone")),
    _write_only("email", gettext_lazy("E-mail")),
    _write_only("address", gettext_lazy("Address")),
    EditableField("languages", gettext_lazy("Languages"), ContactForm, ("languages",)),
    EditableField(
        "partners",
        gettext_lazy("Ask neighbouring groups too"),
        PartnersForm,
        ("may_ask_partners",),
    ),
)
"""Of the ask, for all of its needs."""
SAFETY = (
    _silent("channels", gettext_lazy("Safe ways to reach you"), "first_way"),
    _silent("times", gettext_lazy("A good time")),
    EditableField("voicemail", gettext_lazy("No voice messages"), ContactForm, ("no_voicemail",)),
    _silent("keep_from", gettext_lazy("Who must not find out")),
    _silent("keep_from_contact_points", gettext_lazy("Their phone or e-mail")),
)
"""Of the ask, for all of its needs."""


class Row(NamedTuple):
    title: str
    value: str
    name: str


class Section(NamedTuple):
    title: str
    rows: list[Row]


class Subject(ABC, Generic[Of]):
    """An ask or a need, with the fields that its neighbour can change."""

    sections: ClassVar[tuple[tuple[Promise, tuple[EditableField, ...]], ...]]
    displayed: ClassVar[Mapping[str, Callable[[Any], object]]]
    """By name of an editable field that is not `write_only`: its current value as the summary shows it."""

    def __init__(self, of: Of) -> None:
        self.of: Of = of

    @property
    @abstractmethod
    def ask(self) -> Ask:
        """The ask itself, or the ask of the need."""

    @abstractmethod
    def values(self, seen: str | None = None) -> Values:
        """The current values, to fill a form or to compare with what one that came back had `seen`.

        Read them after `lock`. Raises `WrongKey` if no key at hand decrypts them.
        """

    @abstractmethod
    def earlier_choices(self, catalogue: Catalogue) -> EarlierChoices:
        """What the forms of the wizard depend on."""

    @abstractmethod
    def save(self, values: Values, *, reason: str, later_days: bool) -> None:
        """Write these values; raises what `change_ask` or `change_need` raises."""

    @abstractmethod
    def can_change(self, editable: EditableField) -> bool:
        """Whether this can be changed as things stand."""

    def fit(self, form: StepForm, seen: str | None) -> None:
        """Fit the form to what is there now, or was when the form that comes back was opened."""

    def lock(self) -> None:
        """Lock the ask and its needs until the transaction ends. Raises `Erased` if it has been erased."""
        lock_ask(self.ask)
        self.of.refresh_from_db()

    def has_later_days(self) -> bool:
        """Whether it is an occurrence of a series with later ones that can be changed along."""
        return False

    def editable_named(self, name: str) -> EditableField | None:
        """The editable field of this name; None if there is none, or it cannot be changed now."""
        editables = (editable for _title, section in self.sections for editable in section)
        return next((e for e in editables if e.name == name and self.can_change(e)), None)

    def summary(self) -> list[Section]:
        return [
            Section(str(title), [self._row(one) for one in section if self.can_change(one)])
            for title, section in self.sections
        ]

    def _row(self, editable: EditableField) -> Row:
        if editable.silent:
            value = str(PROMISES["never_shown"])
        elif not editable.write_only:
            value = str(self.displayed[editable.name](self.of) or "")
        elif self.values()[editable.name]:
            value = str(PROMISES["kept_and_not_shown"])
        else:
            value = ""
        return Row(str(editable.title), value or _("(left empty)"), editable.name)


class AskSubject(Subject[Ask]):
    """What all needs of an ask share."""

    sections: ClassVar = (
        (gettext_lazy("How to reach you"), CONTACT),
        (gettext_lazy("What's safe for you"), SAFETY),
    )
    displayed: ClassVar = {
        "for_whom": lambda ask: ask.get_for_whom_display(),
        "whom_to_call": lambda ask: ask.contact.get_whom_to_call_display(),
        "languages": lambda ask: _(", ").join(map(str, ask.languages.all())),
        "voicemail": lambda ask: _("Yes") if ask.contact.no_voicemail else _("No"),
        "partners": lambda ask: _("Yes") if ask.may_ask_partners else _("No"),
    }

    @property
    def ask(self) -> Ask:
        return self.of

    def values(self, seen: str | None = None) -> Values:
        contact = self.of.contact
        names = (
            "name", "phone", "email", "address", "times", "no_voicemail", "keep_from", "asked_by",
            "whom_to_call",
        )  # fmt: skip
        return {name: getattr(contact, name) for name in names} | {
            "channels": [code for code in contact.channels.split(",") if code],
            "languages": list(self.of.languages.all()),
            "for_whom": self.of.for_whom,
            "may_ask_partners": self.of.may_ask_partners,
        }

    def earlier_choices(self, catalogue: Catalogue) -> EarlierChoices:
        return EarlierChoices(catalogue)

    def can_change(self, editable: EditableField) -> bool:
        """What has no effect is not offered; but that someone must not find out is told to no link."""
        if editable.form is PartnersForm:
            return self.of.may_ask_partners or (not self.of.veiled and offers_partners())
        is_for_someone_else = self.of.for_whom == Ask.ForWhom.SOMEONE_ELSE
        return is_for_someone_else or editable.form is not AskerForm

    def save(self, values: Values, *, reason: str, later_days: bool) -> None:
        values.pop("first_way", None)  # the form has put it in front of the channels
        if "channels" in values:
            values["channels"] = ",".join(values["channels"])
        if "keep_from_contact_points" in values:
            points = values["keep_from_contact_points"]
            values["keep_from_contact_points"] = [point.normal for point in points]
        typed = (values.get("phone", ""), values.get("email", ""))
        held_back = reason_to_hold_contact(self.of, *typed)
        actions.change_ask(self.of, values, reason=reason, held_back=held_back)


class NeedSubject(Subject[Need]):
    """What one need is about."""

    sections: ClassVar = ((gettext_lazy("What you asked for"), TASK),)
    displayed: ClassVar = {
        "kind": lambda need: need.category.label,
        "where": lambda need: need.locality,
        "when": lambda need: need.when,
        "people": lambda need: need.people_count,
    }

    @property
    def ask(self) -> Ask:
        return self.of.ask

    def values(self, seen: str | None = None) -> Values:
        names = ("category", "locality", "needed_by", "week_parts", "people_count")
        values = {name: getattr(self.of, name) for name in names}
        return values | {"urgency": urgency_now(self.of, seen), "notes": self.of.notes.text}

    def fit(self, form: StepForm, seen: str | None) -> None:
        if "urgency" in form.fields:
            let_say_anew(cast(TypedChoiceField, form.fields["urgency"]), self.of, seen)

    def earlier_choices(self, catalogue: Catalogue) -> EarlierChoices:
        category = self.of.category
        return EarlierChoices(catalogue, category.parent or category, [category])

    def can_change(self, editable: EditableField) -> bool:
        if editable.name == "kind":
            return rules.can_change_kind(self.of)
        return editable.name != "people" or self.of.category.asks_quantity

    def has_later_days(self) -> bool:
        series, day = self.of.series_id, self.of.recurrence_id
        if series is None or day is None:
            return False
        later = Need.objects.filter(series=series, recurrence_id__gt=day, state__in=CHANGEABLE)
        return later.exists()

    def save(self, values: Values, *, reason: str, later_days: bool) -> None:
        actions.change_need(self.of, values, reason=reason, later_days=later_days)
