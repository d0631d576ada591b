"""The pages in their order, and the ask that their answers make: one or more things, one contact."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mutualaid.catalog.forms.choices import Catalogue
from mutualaid.catalog.models import Category
from mutualaid.forms.drafts import DRAFT, Answers, Typed
from mutualaid.people.models import User
from requests_app.models import Ask
from requests_app.pages.ask import forms
from requests_app.pages.ask.contact_form import ContactForm, offers_partners
from requests_app.pages.ask.sending import send_answers
from requests_app.pages.ask.who_forms import SomeoneElseForm, WhoForm


@dataclass(frozen=True)
class Step:
    """A page of questions. `title` is its heading, unless its only question is."""

    name: str
    title: str | Promise
    form: type[forms.StepForm]


WHO = Step("who", _("Who is this for?"), WhoForm)
SOMEONE_ELSE = Step("someone-else", _("Who needs help?"), SomeoneElseForm)
WHAT = Step("what", _("What do you need?"), forms.WhatForm)
KIND = Step("kind", _("Which kind?"), forms.KindForm)
WHERE = Step("where", _("Where is it?"), forms.WhereForm)
WHEN = Step("when", _("How soon?"), forms.WhenForm)
DETAILS = Step("details", _("A few details"), forms.DetailsForm)
CONTACT = Step("contact", _("How can we reach you?"), ContactForm)
OF_EACH_THING = (WHAT, KIND, WHERE, WHEN, DETAILS)
STEPS = (WHO, SOMEONE_ELSE, *OF_EACH_THING, CONTACT)
CHECK = "check"
SOURCE = "web"
MOST_THINGS = 5
"""In one ask, each with its own kinds, day and notes. Assumed, not measured."""
_NAME = re.compile(r"(?P<step>[a-z-]+?)(?:-(?P<thing>[2-9]))?")


class Page(NamedTuple):
    """A step, of the first thing or a later one; `name` is its address and where its answers are kept."""

    step: Step
    thing: int = 1

    @property
    def name(self) -> str:
        return self.step.name if self.thing == 1 else f"{self.step.name}-{self.thing}"


def page_named(name: str) -> Page | None:
    """The page of this name; None if there can be none."""
    match = _NAME.fullmatch(name)
    step = next((s for s in STEPS if match and s.name == match["step"]), None)
    thing = int(match["thing"] or 1) if match else 1
    if step is None or thing > MOST_THINGS or (thing > 1 and step not in OF_EACH_THING):
        return None
    return Page(step, thing)


def without_thing(answers: Answers, removed: int) -> Answers:
    """These answers without one of several things; those after it move up, and the area stays."""
    kept = {}
    for name, typed in answers.items():
        page = page_named(name)
        if page is None or page.step not in OF_EACH_THING or page.thing < removed:
            kept[name] = typed
        elif page.thing > removed:
            kept[Page(page.step, page.thing - 1).name] = typed
    if WHERE.name in answers:
        kept.setdefault(WHERE.name, answers[WHERE.name])
    return kept


class Wizard:
    """The pages with the answers so far, for one request: each form is bound once."""

    def __init__(self, answers: Answers) -> None:
        self.answers = answers
        self.catalogue = Catalogue(to_ask=True)
        self._forms: dict[Page, forms.StepForm] = {}

    @property
    def n_things(self) -> int:
        """How many things are asked for, with one that is being added."""
        return max(
            [1, *(n for n in range(2, MOST_THINGS + 1) if Page(WHAT, n).name in self.answers)]
        )

    @property
    def can_add(self) -> bool:
        return self.n_things < MOST_THINGS

    def pages(self) -> list[Page]:
        """The pages that ask something, as answered so far."""
        things = [Page(s, n) for n in range(1, self.n_things + 1) for s in OF_EACH_THING]
        pages = [Page(WHO), Page(SOMEONE_ELSE), *things, Page(CONTACT)]
        return [page for page in pages if self._is_asked(page)]

    def form(self, page: Page) -> forms.StepForm:
        """The form of a page with its answers; unbound if it has none yet."""
        if page not in self._forms:
            self._forms[page] = page.step.form(self._typed(page), earlier=self._earlier(page))
        return self._forms[page]

    def first_unanswered(self) -> Page | None:
        """The first page without a valid answer; None if all are answered."""
        return next((page for page in self.pages() if not self.form(page).is_valid()), None)

    def things(self) -> list[dict[str, Any]]:
        """The answers about each thing, by field name. Call it once `first_unanswered` is None."""
        return [
            self._cleaned(Page(step, n) for step in OF_EACH_THING) | {"category": self.kinds(n)}
            for n in range(1, self.n_things + 1)
        ]

    def shared(self) -> dict[str, Any]:
        """The answers about who asks, by field name. Call it once `first_unanswered` is None."""
        return self._cleaned(Page(step) for step in (WHO, SOMEONE_ELSE, CONTACT))

    def is_for_someone_else(self) -> bool:
        return bool(self._chosen(Page(WHO), "for_whom") == Ask.ForWhom.SOMEONE_ELSE)

    def kinds(self, thing: int) -> list[Category]:
        """The categories chosen for a thing; its group where that has no other. None yet: empty."""
        if lone := self._group_without_kinds(thing):
            return [lone]
        return self._chosen(Page(KIND, thing), "category") or []

    def _is_sensitive(self) -> bool:
        """Whether something private is asked for, about which no other group is asked."""
        things = range(1, self.n_things + 1)
        return any(kind.sensitive for thing in things for kind in self.kinds(thing))

    def _group_without_kinds(self, thing: int) -> Category | None:
        """The group chosen for a thing if there is nothing to choose in it, nor was before."""
        group: Category | None = self._chosen(Page(WHAT, thing), "group")
        is_lone = group is not None and self.catalogue.kinds_of(group) == [group]
        return group if is_lone and Page(KIND, thing).name not in self.answers else None

    def _is_asked(self, page: Page) -> bool:
        if page.step is SOMEONE_ELSE:
            return self.is_for_someone_else()
        return page.step is not KIND or self._group_without_kinds(page.thing) is None

    def _typed(self, page: Page) -> Typed | None:
        """What was typed on a page; the area of a later thing is that of the first until it is changed."""
        first = Page(WHERE).name if page.step is WHERE else page.name
        return self.answers.get(page.name, self.answers.get(first))

    def _cleaned(self, pages: Iterator[Page]) -> dict[str, Any]:
        cleaned: dict[str, Any] = {}
        for page in pages:
            if self._is_asked(page) and self.form(page).is_valid():
                cleaned |= self.form(page).cleaned_data
        return cleaned

    def _earlier(self, page: Page) -> forms.EarlierChoices:
        step, thing = page
        if step in (WHO, SOMEONE_ELSE, WHAT):
            return forms.EarlierChoices(self.catalogue)
        if step is CONTACT:
            return forms.EarlierChoices(
                self.catalogue,
                is_for_someone_else=self.is_for_someone_else(),
                offers_partners=offers_partners() and not self._is_sensitive(),
            )
        group = self._chosen(Page(WHAT, thing), "group")
        kinds = () if step is KIND else self.kinds(thing)
        return forms.EarlierChoices(self.catalogue, group, kinds)

    def _chosen(self, page: Page, field: str) -> Any:
        """The valid answer of an earlier page; None if there is none."""
        form = self.form(page)
        return form.cleaned_data[field] if form.is_valid() else None


def post_answers(wizard: Wizard, *, account: User | None, held_back: str = "") -> Ask:
    """Send the ask that the answers of all pages describe. Sent twice, even at once, it is one ask.

    `held_back` as for `send_ask`.
    """
    return send_answers(
        wizard.shared(),
        wizard.things(),
        source=SOURCE,
        reference=wizard.answers[DRAFT]["id"],
        account=account,
        held_back=held_back,
    )
