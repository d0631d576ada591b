"""The pages in their order, and the ask that their answers make."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any, NamedTuple

from django.db import IntegrityError, transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mutualaid.catalog.form_choices import Catalogue
from mutualaid.catalog.models import Category
from mutualaid.people.models import User
from requests_app.actions import (
    ContactDetails,
    NeedDetails,
    Origin,
    add_needs,
    repeat_need,
    send_ask,
)
from requests_app.lifecycle.actors import NEIGHBOUR, coordinator
from requests_app.models import Ask, Need
from requests_app.pages.ask import forms
from requests_app.pages.ask.answers import answer_in_words
from requests_app.pages.ask.contact_form import ContactForm
from requests_app.pages.ask.draft import DRAFT, Answers


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
    Step("details", _("Anything to know?"), forms.DetailsForm),
    Step("contact", _("How can somebody reach you?"), ContactForm),
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


def post_answers(wizard: Wizard, *, account: User | None, taken_in_by: User | None = None) -> Ask:
    """Send the ask that the answers of all pages describe. Sent twice, even at once, it is one ask.

    `taken_in_by` is who of the team wrote the answers down on the phone.
    """
    reference = wizard.answers[DRAFT]["id"]
    try:
        with transaction.atomic():
            return _send(wizard.cleaned(), account, taken_in_by, reference)
    except IntegrityError:
        return Ask.objects.get(source=SOURCE, reference=reference)


@transaction.atomic
def post_another_need(ask: Ask, cleaned: Mapping[str, Any]) -> None:
    """Add the need that a valid `AnotherNeedForm` describes; the same form sent twice adds it once.

    Raises `Erased` if the ask has been erased.
    """
    needs = add_needs(ask, _need_details([cleaned["category"]], cleaned), once=cleaned["once"])
    _repeat(needs, cleaned)


def _send(
    cleaned: Mapping[str, Any], account: User | None, taken_in_by: User | None, reference: str
) -> Ask:
    contact = {**cleaned, "channels": ",".join(cleaned["channels"])}
    ask = send_ask(
        needs=_need_details(cleaned["category"], cleaned),
        contact=ContactDetails(**_values_for(ContactDetails, contact)),
        languages=cleaned["languages"],
        account=account,
        for_whom=cleaned["for_whom"],
        keep_from_contact_points=[point.normal for point in cleaned["keep_from_contact_points"]],
        origin=Origin(source=SOURCE, reference=reference),
        by=coordinator(taken_in_by) if taken_in_by else NEIGHBOUR,
        taken_in_by=taken_in_by,
    )
    _repeat(ask.needs.select_related("category").order_by("pk"), cleaned)
    return ask


def _need_details(kinds: Iterable[Category], cleaned: Mapping[str, Any]) -> list[NeedDetails]:
    """A task for each of these categories, alike in all else."""
    shared = _values_for(NeedDetails, cleaned) | {
        "helpers_wanted": cleaned.get("helpers_wanted") or 1
    }
    return [NeedDetails(**{**shared, "category": kind}) for kind in kinds]


def _repeat(needs: Iterable[Need], cleaned: Mapping[str, Any]) -> None:
    """Let those needs repeat whose category may, if days of the week were chosen."""
    if not cleaned.get("weekdays"):
        return
    for need in needs:
        if need.category.may_repeat:
            repeat_need(need, weekdays=cleaned["weekdays"], until=cleaned["repeat_until"])


def _values_for(
    details: type[NeedDetails | ContactDetails], cleaned: Mapping[str, Any]
) -> dict[str, Any]:
    """The answers that are fields of this dataclass."""
    return {field.name: cleaned[field.name] for field in fields(details) if field.name in cleaned}
