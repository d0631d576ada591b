"""The order of the pages, and what becomes of the answers."""

from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mutualaid.people.models import User
from requests_app.actions import Details, post_several, repeat_need
from requests_app.models import Need
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
CHECK = "check"
SOURCE = "web"


def step_named(name: str) -> Step | None:
    return next((step for step in STEPS if step.name == name), None)


def bound(step: Step, answers: Answers) -> forms.StepForm:
    """The form of a step with the answers so far; unbound when nothing was answered yet."""
    return step.form(answers.get(step.name), answers=answers)


def first_unanswered(answers: Answers) -> Step | None:
    """The first page that is not yet, or no longer, answered well; None when all are."""
    return next((step for step in STEPS if not bound(step, answers).is_valid()), None)


def post_answers(answers: Answers, *, asked_by: User | None) -> Need:
    """Write down the need that well-answered pages describe; sent twice at once, it is one need."""
    reference = answers[DRAFT]["id"]
    try:
        with transaction.atomic():
            return _post(answers, asked_by, reference)
    except IntegrityError:
        return Need.objects.get(source=SOURCE, reference=reference)


def _post(answers: Answers, asked_by: User | None, reference: str) -> Need:
    found: dict[str, Any] = {}
    for step in STEPS:
        form = bound(step, answers)
        form.is_valid()
        found |= form.cleaned_data
    found["channels"] = ",".join(found["channels"])
    details = {name: found[name] for name in Details.__dataclass_fields__ if name in found}
    need = post_several(
        categories=list(found["category"]),
        locality=found["locality"],
        languages=found["languages"],
        urgency=found["urgency"],
        needed_by=found["needed_by"],
        week_parts=found["week_parts"],
        people_count=found.get("people_count"),
        helpers_wanted=found.get("helpers_wanted") or 1,
        details=Details(**details),
        asked_by=asked_by,
        source=SOURCE,
        reference=reference,
    )
    if found.get("weekdays"):
        _repeat(need, found)
    return need


def _repeat(need: Need, found: dict[str, Any]) -> None:
    """Of several things, those come back that may."""
    for one in [need, *need.together()]:
        if one.category.may_repeat:
            repeat_need(one, weekdays=found["weekdays"], until=found["repeat_until"])
