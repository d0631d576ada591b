"""Whose fields are changed: those an ask shares, or those of one need. Both pages work alike."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Generic, NamedTuple, TypeVar

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mutualaid.catalog.form_choices import Catalogue
from requests_app import actions, rules
from requests_app.lifecycle.transitions import lock_ask
from requests_app.models import Ask, Need
from requests_app.pages.ask.forms import Known
from requests_app.pages.edit.fields import ASKED, REACH, SAFE, EditableField
from requests_app.states import CHANGEABLE

Of = TypeVar("Of", Ask, Need)
Values = dict[str, Any]
"""By field of the form: as a cleaned form gives it."""


class Row(NamedTuple):
    title: str
    value: str
    name: str


class Section(NamedTuple):
    title: str
    rows: list[Row]


class Subject(ABC, Generic[Of]):
    """Something with fields that its neighbour can change."""

    sections: ClassVar[tuple[tuple[Promise, tuple[EditableField, ...]], ...]]
    shown: ClassVar[Mapping[str, Callable[[Any], object]]]
    """The value of an editable in words, by its name."""

    def __init__(self, of: Of) -> None:
        self.of: Of = of

    @property
    @abstractmethod
    def ask(self) -> Ask:
        """The ask whose fields these are, or to which the need belongs."""

    @abstractmethod
    def values(self) -> Values:
        """What stands there now. Read anew after `lock`."""

    @abstractmethod
    def known(self, catalogue: Catalogue) -> Known:
        """What the forms of the wizard depend on."""

    @abstractmethod
    def save(self, values: Values, *, reason: str, later_days: bool) -> None:
        """Write these; raises what the actions raise."""

    @abstractmethod
    def is_asked(self, editable: EditableField) -> bool:
        """Whether it can be changed as things stand."""

    def lock(self) -> None:
        """Hold the ask and its needs until the transaction ends. Raises `Erased`."""
        lock_ask(self.ask)
        self.of.refresh_from_db()

    def has_later_days(self) -> bool:
        """Whether the same can be changed for later days as well."""
        return False

    def named(self, name: str) -> EditableField | None:
        """What is called so and can be changed now."""
        every = (editable for _title, section in self.sections for editable in section)
        return next((one for one in every if one.name == name and self.is_asked(one)), None)

    def summary(self) -> list[Section]:
        return [
            Section(str(title), [self._row(one) for one in section if self.is_asked(one)])
            for title, section in self.sections
        ]

    def _row(self, editable: EditableField) -> Row:
        if editable.silent:
            value = _("Never shown here.")
        elif not editable.write_only:
            value = str(self.shown[editable.name](self.of) or "")
        elif self.values()[editable.name]:
            value = _("We have it. It is not shown here.")
        else:
            value = ""
        return Row(str(editable.title), value or _("(left empty)"), editable.name)


class AskSubject(Subject[Ask]):
    """What all needs of an ask share."""

    sections: ClassVar = (
        (gettext_lazy("How somebody reaches you"), REACH),
        (gettext_lazy("What is safe for you"), SAFE),
    )
    shown: ClassVar = {
        "for_whom": lambda ask: ask.get_for_whom_display(),
        "languages": lambda ask: ", ".join(map(str, ask.languages.all())),
        "voicemail": lambda ask: _("Yes") if ask.contact.no_voicemail else _("No"),
    }

    @property
    def ask(self) -> Ask:
        return self.of

    def values(self) -> Values:
        contact = self.of.contact
        typed = ("name", "phone", "email", "address", "times", "no_voicemail", "keep_from")
        return {name: getattr(contact, name) for name in typed} | {
            "channels": [way for way in contact.channels.split(",") if way],
            "languages": list(self.of.languages.all()),
            "for_whom": self.of.for_whom,
        }

    def known(self, catalogue: Catalogue) -> Known:
        return Known(catalogue)

    def is_asked(self, editable: EditableField) -> bool:
        return True

    def save(self, values: Values, *, reason: str, later_days: bool) -> None:
        if "channels" in values:
            values["channels"] = ",".join(values["channels"])
        if "keep_from_contact_points" in values:
            points = values["keep_from_contact_points"]
            values["keep_from_contact_points"] = [point.normal for point in points]
        actions.change_ask(self.of, values, reason=reason)


class NeedSubject(Subject[Need]):
    """What one need is about."""

    sections: ClassVar = ((gettext_lazy("What you asked for"), ASKED),)
    shown: ClassVar = {
        "kind": lambda need: need.category.label,
        "where": lambda need: need.locality,
        "when": lambda need: need.when,
        "people": lambda need: need.people_count,
    }

    @property
    def ask(self) -> Ask:
        return self.of.ask

    def values(self) -> Values:
        typed = ("category", "locality", "urgency", "needed_by", "week_parts", "people_count")
        return {name: getattr(self.of, name) for name in typed} | {"notes": self.of.notes.text}

    def known(self, catalogue: Catalogue) -> Known:
        category = self.of.category
        return Known(catalogue, category.parent or category, [category])

    def is_asked(self, editable: EditableField) -> bool:
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
