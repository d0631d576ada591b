"""What a neighbour can change, in the order of the summary; each is asked as it was asked first."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from requests_app import rules
from requests_app.models import Need
from requests_app.pages.ask.contact_form import ContactForm
from requests_app.pages.ask.forms import DetailsForm, OneKindForm, StepForm, WhenForm, WhereForm


@dataclass(frozen=True)
class Thing:
    """`private` is not shown, for others may hold her link; it can only be written anew.

    Of what is `silent` it is not even told whether she said anything.
    """

    name: str
    title: str | Promise
    form: type[StepForm]
    fields: tuple[str, ...]
    private: bool = False
    silent: bool = False


def _private(field: str, title: str | Promise, form: type[StepForm] = ContactForm) -> Thing:
    return Thing(field, title, form, (field,), private=True)


def _silent(field: str, title: str | Promise) -> Thing:
    return Thing(field, title, ContactForm, (field,), private=True, silent=True)


ASKED = (
    Thing("kind", gettext_lazy("What you need"), OneKindForm, ("category",)),
    Thing("where", gettext_lazy("Area"), WhereForm, ("locality",)),
    Thing("when", gettext_lazy("How soon"), WhenForm, ("urgency", "needed_by", "week_parts")),
    Thing("people", gettext_lazy("For how many people"), DetailsForm, ("people_count",)),
    _private("notes", gettext_lazy("What to know"), DetailsForm),
)
REACH = (
    _private("name", gettext_lazy("Name")),
    _private("phone", gettext_lazy("Phone")),
    _private("email", gettext_lazy("E-mail")),
    _private("address", gettext_lazy("Address")),
    Thing("languages", gettext_lazy("Languages"), ContactForm, ("languages",)),
)
SAFE = (
    _silent("channels", gettext_lazy("Safe ways to reach you")),
    _silent("times", gettext_lazy("A good time")),
    Thing("voicemail", gettext_lazy("No voice messages"), ContactForm, ("no_voicemail",)),
    _silent("keep_from", gettext_lazy("Who must not hear of it")),
    _silent("addresses_kept_away", gettext_lazy("Their phone or e-mail")),
)
SECTIONS = (
    (gettext_lazy("What you asked for"), ASKED),
    (gettext_lazy("How somebody reaches you"), REACH),
    (gettext_lazy("What is safe for you"), SAFE),
)
SHOWN: dict[str, Callable[[Need], object]] = {
    "kind": lambda need: need.category.label,
    "where": lambda need: need.locality,
    "when": lambda need: need.when,
    "people": lambda need: need.people_count,
    "languages": lambda need: ", ".join(map(str, need.languages.all())),
    "voicemail": lambda need: _("Yes") if need.contact.no_voicemail else _("No"),
}


class Row(NamedTuple):
    title: str
    value: str
    name: str


def thing_named(name: str, need: Need) -> Thing | None:
    """What is called so and can be changed as the need stands now."""
    things = (thing for _title, section in SECTIONS for thing in section)
    return next((t for t in things if t.name == name and _can_change(t, need)), None)


def summary(need: Need) -> list[tuple[str, list[Row]]]:
    """Each section with its rows."""
    return [
        (str(title), [_row(thing, need) for thing in section if _can_change(thing, need)])
        for title, section in SECTIONS
    ]


def _can_change(thing: Thing, need: Need) -> bool:
    if thing.name == "kind":
        return rules.can_change_kind(need)
    return thing.name != "people" or need.category.asks_quantity


def _row(thing: Thing, need: Need) -> Row:
    if thing.silent:
        value = _("Never shown here.")
    elif not thing.private:
        value = str(SHOWN[thing.name](need) or "")
    elif getattr(need.contact, thing.name):
        value = _("We have it. It is not shown here.")
    else:
        value = ""
    return Row(str(thing.title), value or _("(left empty)"), thing.name)
