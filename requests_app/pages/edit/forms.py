"""The page of one thing: the form in which it was asked first, without its other fields."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from requests_app.models import Need
from requests_app.pages.ask.contact_form import NO_SAFE_WAY, UNREACHABLE, WAYS, reachable
from requests_app.pages.ask.draft import Answers
from requests_app.pages.ask.forms import StepForm
from requests_app.pages.edit.fields import Thing

ALWAYS_THERE = ("name", "addresses_kept_away")
"""May be changed or added to, not taken away."""


def form_of(thing: Thing, need: Need, data: Any = None) -> StepForm:
    """The form of `thing`, with what was told before unless it is private."""
    group = need.category.parent or need.category
    answers: Answers = {"what": {"group": group.slug}, "kind": {"category": [need.category.slug]}}
    form = thing.form(data, answers=answers)
    for name in set(form.fields) - set(thing.fields):
        del form.fields[name]
    if not thing.private:
        form.initial = _told(need)
        return form
    form.fields[thing.name].required = False
    there = thing.silent or getattr(need.contact, thing.name)
    if there and thing.name not in ALWAYS_THERE:
        form.fields["remove"] = forms.BooleanField(label=_("Forget what I said"), required=False)
    return form


def given(thing: Thing, form: StepForm, need: Need) -> dict[str, Any]:
    """What a valid form changes, by field; nothing when a private one was left empty.

    With an error on the form when nobody could reach her any more.
    """
    typed = {name: form.cleaned_data[name] for name in thing.fields}
    if thing.private and not any(typed.values()) and not form.cleaned_data.get("remove"):
        return {}
    if thing.name in (*WAYS, "channels"):
        _check_reachable(thing, form, need, typed)
    if "channels" in typed:
        typed["channels"] = ",".join(typed["channels"])
    return typed


def _check_reachable(thing: Thing, form: StepForm, need: Need, typed: dict[str, Any]) -> None:
    ways = {way: getattr(need.contact, way) for way in WAYS}
    chosen = [way for way in need.contact.channels.split(",") if way]
    then = {**ways, "channels": chosen} | typed
    if not any(then[way] for way in WAYS):
        form.add_error(thing.name, UNREACHABLE)
    elif not reachable(then):
        form.add_error(thing.name, NO_SAFE_WAY)


def _told(need: Need) -> dict[str, Any]:
    return {
        "category": need.category.slug,
        "locality": need.locality.slug,
        "urgency": need.urgency,
        "needed_by": need.needed_by,
        "week_parts": need.week_parts,
        "people_count": need.people_count,
        "languages": [language.code for language in need.languages.all()],
        "no_voicemail": need.contact.no_voicemail,
    }
