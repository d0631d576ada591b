"""The pages in their order, and the ask that their answers make."""

from dataclasses import dataclass
from typing import Any, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mutualaid.catalog.form_choices import Catalogue
from mutualaid.people.models import User
from requests_app.models import Ask
from requests_app.pages.ask import forms
from requests_app.pages.ask.answers import answer_in_words
from requests_app.pages.ask.contact_form import ContactForm
from requests_app.pages.ask.draft import DRAFT, Answers
from requests_app.pages.ask.sending import send_answers


@dataclass(frozen=True)
class Step:
    name: str
    title: str | Promise
    form: type[forms.StepForm]


STEPS = (
    Step("what", _("Ask for help"), forms.WhatForm),
    Step("kind", _("Which kind?"), forms.KindForm),
    Step("where", _("Where are you?"), forms.WhereForm),
    Step("when", _("How soon?"), forms.WhenForm),
    Step("details", _("Is there anything the helper should know?"), forms.DetailsForm),
    Step("contact", _("How can we reach you?"), ContactForm),
)
STEP_NAMED = {step.name: step for step in STEPS}
CHECK = "check"
SOURCE = "web"


class SummaryRow(NamedTuple):
    question: str
    answer: str
    step: str


class Wizard:
    """The pages with the answers so far, for one request: each form is bound once."""

    def __init__(self, answers: Answers) -> None:
        self.answers = answers
        self.catalogue = Catalogue()
        self._forms: dict[str, forms.StepForm] = {}

    def form(self, name: str) -> forms.StepForm:
        """The form of a step with its answers; unbound if it has none yet."""
        if name not in self._forms:
            form = STEP_NAMED[name].form
            self._forms[name] = form(self.answers.get(name), earlier=self._earlier_choices(name))
        return self._forms[name]

    def first_unanswered(self) -> Step | None:
        """The first page without a valid answer; None if all are answered."""
        return next((step for step in STEPS if not self.form(step.name).is_valid()), None)

    def cleaned(self) -> dict[str, Any]:
        """All answers by field name. Call it once `first_unanswered` is None."""
        cleaned: dict[str, Any] = {}
        for step in STEPS:
            form = self.form(step.name)
            form.is_valid()
            cleaned |= form.cleaned_data
        return cleaned

    def summary(self) -> list[SummaryRow]:
        """A row for each question in their order. Call it once `first_unanswered` is None."""
        cleaned = self.cleaned()
        return [
            SummaryRow(str(field.label), answer_in_words(field, cleaned[field.name]), step.name)
            for step in STEPS
            for field in self.form(step.name)
            if not isinstance(field.field, forms.TrapField)
        ]

    def _earlier_choices(self, name: str) -> forms.EarlierChoices:
        if name == "what":
            return forms.EarlierChoices(self.catalogue)
        group = self._chosen("what", "group")
        if name == "kind":
            return forms.EarlierChoices(self.catalogue, group)
        return forms.EarlierChoices(self.catalogue, group, self._chosen("kind", "category") or ())

    def _chosen(self, name: str, field: str) -> Any:
        """The valid answer of an earlier page; None if there is none."""
        form = self.form(name)
        return form.cleaned_data[field] if form.is_valid() else None


def post_answers(wizard: Wizard, *, account: User | None, held_back: str = "") -> Ask:
    """Send the ask that the answers of all pages describe. Sent twice, even at once, it is one ask.

    `held_back` as for `send_ask`.
    """
    return send_answers(
        wizard.cleaned(),
        source=SOURCE,
        reference=wizard.answers[DRAFT]["id"],
        account=account,
        held_back=held_back,
    )
