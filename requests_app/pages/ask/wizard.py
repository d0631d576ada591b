"""The order of the pages, and what becomes of the answers."""

from dataclasses import dataclass, fields
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mutualaid.catalog.form_choices import Catalogue
from mutualaid.people.models import User
from requests_app.actions import ContactDetails, NeedDetails, Origin, repeat_need, send_ask
from requests_app.models import Ask
from requests_app.pages.ask import forms
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


class Wizard:
    """The pages with the answers so far, for one request: each form is bound once."""

    def __init__(self, answers: Answers) -> None:
        self.answers = answers
        self.catalogue = Catalogue()
        self._bound: dict[str, forms.StepForm] = {}

    def form(self, name: str) -> forms.StepForm:
        """The form of a step with its answers; unbound when nothing was answered yet."""
        if name not in self._bound:
            form = STEP_NAMED[name].form
            self._bound[name] = form(self.answers.get(name), known=self._known(name))
        return self._bound[name]

    def first_unanswered(self) -> Step | None:
        """The first page that is not yet, or no longer, answered well; None when all are."""
        return next((step for step in STEPS if not self.form(step.name).is_valid()), None)

    def cleaned(self) -> dict[str, Any]:
        """All answers together, once every page is answered well."""
        found: dict[str, Any] = {}
        for step in STEPS:
            form = self.form(step.name)
            form.is_valid()
            found |= form.cleaned_data
        return found

    def _known(self, name: str) -> forms.Known:
        if name == "what":
            return forms.Known(self.catalogue)
        group = self._chosen("what", "group")
        if name == "kind":
            return forms.Known(self.catalogue, group)
        return forms.Known(self.catalogue, group, self._chosen("kind", "category") or ())

    def _chosen(self, name: str, field: str) -> Any:
        """What was chosen on an earlier page; None where what stands there is nonsense."""
        form = self.form(name)
        return form.cleaned_data[field] if form.is_valid() else None


def post_answers(wizard: Wizard, *, account: User | None) -> Ask:
    """Write down the ask that well-answered pages describe; sent twice at once, it is one ask."""
    reference = wizard.answers[DRAFT]["id"]
    try:
        with transaction.atomic():
            return _post(wizard.cleaned(), account, reference)
    except IntegrityError:
        return Ask.objects.get(source=SOURCE, reference=reference)


def _post(found: dict[str, Any], account: User | None, reference: str) -> Ask:
    """A need for each kind. Of several, those come back every week that may."""
    found["channels"] = ",".join(found["channels"])
    found["helpers_wanted"] = found.get("helpers_wanted") or 1
    kinds = found.pop("category")
    task = _those_of(NeedDetails, found)
    ask = send_ask(
        needs=[NeedDetails(category=kind, **task) for kind in kinds],
        contact=ContactDetails(**_those_of(ContactDetails, found)),
        languages=found["languages"],
        account=account,
        for_whom=found["for_whom"],
        keep_from_contact_points=[point.normal for point in found["keep_from_contact_points"]],
        origin=Origin(source=SOURCE, reference=reference),
    )
    if found.get("weekdays"):
        for need in ask.needs.filter(category__may_repeat=True).order_by("pk"):
            repeat_need(need, weekdays=found["weekdays"], until=found["repeat_until"])
    return ask


def _those_of(details: type[NeedDetails | ContactDetails], found: dict[str, Any]) -> dict[str, Any]:
    return {one.name: found[one.name] for one in fields(details) if one.name in found}
