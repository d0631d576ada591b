"""The pages in their order, and the offer that their answers make."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from django.forms import Field
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.html import format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mutualaid.catalog.answers import answer_in_words
from mutualaid.catalog.forms.choices import RowsField
from mutualaid.catalog.models import Locality
from mutualaid.forms.drafts import Answers, Draft
from mutualaid.notify.models import Preferences
from mutualaid.people.models import User
from mutualaid.sessions import IDLE_SECONDS
from offers_app.models import Offer
from offers_app.pages import forms
from offers_app.signals import most_needed

OFFER = Draft("offer", seconds=IDLE_SECONDS)
CHECK = "check"


@dataclass(frozen=True)
class Step:
    """A page of questions; `name` is its address and where its answers are kept."""

    name: str
    form: type[forms.OfferPageForm]


WHAT = Step("what", forms.WhatForm)
WHERE = Step("where", forms.WhereForm)
WHEN = Step("when", forms.WhenForm)
LIMITS = Step("limits", forms.LimitsForm)
ABOUT = Step("languages", forms.AboutForm)
STEPS = (WHAT, WHERE, WHEN, LIMITS, ABOUT)

NOUNS: dict[str, str | Promise] = {
    "categories": gettext_lazy("Kinds of help"),
    "localities": gettext_lazy("Areas"),
    "reach_km": gettext_lazy("How far beyond"),
    "week_parts": gettext_lazy("When"),
    "per_week": gettext_lazy("Tasks a week, at most"),
    "invitations_per_week": gettext_lazy("How often we ask, at most"),
    "languages": gettext_lazy("Languages"),
    "has_vehicle": gettext_lazy("Car, van or cargo bike"),
}


def step_named(name: str) -> Step | None:
    return next((step for step in STEPS if step.name == name), None)


class Row(NamedTuple):
    """An answer in words, and where it is changed; as `components/_check_answers.html` takes it."""

    question: str | Promise
    answer: str
    url: str


class Group(NamedTuple):
    title: str | Promise
    rows: list[Row]


GROUPS: tuple[tuple[str | Promise, tuple[Step, ...]], ...] = (
    (gettext_lazy("What"), (WHAT,)),
    (gettext_lazy("Where and when"), (WHERE, WHEN)),
    (gettext_lazy("My limits"), (LIMITS,)),
    (gettext_lazy("About me"), (ABOUT,)),
)


class Wizard:
    """The pages with the answers so far, for one request: each form is bound once."""

    def __init__(self, answers: Answers, *, user: User | None) -> None:
        self.answers = answers
        self.user = user
        self._forms: dict[Step, forms.OfferPageForm] = {}

    @cached_property
    def setting(self) -> forms.Setting:
        return setting_for(self._areas())

    def form(self, step: Step) -> forms.OfferPageForm:
        """The form of a page with its answers; unbound if it has none yet."""
        if step not in self._forms:
            setting = self.setting if step is WHAT else forms.Setting()
            initial = {"localities": [self._home]} if step is WHERE and self._home else None
            typed = self.answers.get(step.name)
            self._forms[step] = step.form(typed, setting=setting, initial=initial)
        return self._forms[step]

    def first_unanswered(self) -> Step | None:
        """The first page without a valid answer; None if all are answered."""
        return next((step for step in STEPS if not self.form(step).is_valid()), None)

    def cleaned(self) -> dict[str, Any]:
        """All answers by field name. Call it once `first_unanswered` is None."""
        return {name: value for step in STEPS for name, value in self._cleaned(step).items()}

    @property
    def _home(self) -> Locality | None:
        return self.user.locality if self.user else None

    def _areas(self) -> list[Locality]:
        """Those that were chosen, or else where they live."""
        chosen = WHERE.name in self.answers and self.form(WHERE).is_valid()
        return self._cleaned(WHERE)["localities"] if chosen else [self._home] if self._home else []

    def _cleaned(self, step: Step) -> dict[str, Any]:
        return self.form(step).cleaned_data


def setting_for(areas: Iterable[Locality]) -> forms.Setting:
    """What there is to choose from, with what is needed most near these areas; without any, everywhere."""
    near = list(areas)
    answers: list[Any] = [pks for _r, pks in most_needed.send(sender=Offer, areas=near)]
    needed = [pk for pks in answers for pk in pks]
    return forms.Setting(most_needed=needed, is_near=bool(near))


def values_of(offer: Offer) -> dict[str, Any]:
    """The answers that an offer stands for, by field name."""
    return {
        "categories": list(offer.categories.select_related("parent")),
        "localities": list(offer.localities.all()),
        "languages": list(offer.languages.all()),
        "reach_km": offer.reach_km,
        "week_parts": offer.week_parts,
        "per_week": offer.per_week,
        "invitations_per_week": Preferences.of(offer.volunteer).max_invitations_per_week,
        "has_vehicle": offer.has_vehicle,
    }


def groups_of(answers: Mapping[str, Any], *, changed_at: str = "") -> list[Group]:
    """All answers by field name, in words; `changed_at` names the URL of the page that changes a step."""
    return [
        Group(title, [row for step in steps for row in _rows(step, answers, changed_at)])
        for title, steps in GROUPS
    ]


def _rows(step: Step, answers: Mapping[str, Any], changed_at: str) -> list[Row]:
    url = reverse(changed_at, args=[step.name]) if changed_at else ""
    return [
        Row(NOUNS[name], _in_words(field, answers[name]), url)
        for name, field in step.form.base_fields.items()
        if name != "invitations_per_week" or answers[name] is not None
    ]


def _in_words(field: Field, value: Any) -> str:
    """Rows of the catalogue by their own names: in a list, a group is "Anything of this"."""
    if isinstance(field, RowsField):
        return format_html_join(_(", "), "{}", ((str(row),) for row in value))
    return answer_in_words(field, value)
