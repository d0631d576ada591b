"""What someone filled in, read back to them where the form that they filled in is not at hand."""

from collections.abc import Collection, Iterable, Iterator
from typing import Any

from django import forms, template
from django.db import DatabaseError
from django.utils.choices import flatten_choices
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from mutualaid.catalog.forms.choices import Row, RowField, RowsField
from mutualaid.catalog.models import Category, Language, Locality
from mutualaid.forms.sent import Typed

register = template.Library()

CODES: dict[str, tuple[type[Row], str]] = {
    "group": (Category, "slug"),
    "category": (Category, "slug"),
    "categories": (Category, "slug"),
    "locality": (Locality, "slug"),
    "localities": (Locality, "slug"),
    "languages": (Language, "code"),
}
"""What the names of fields stand for that let one choose rows of the catalogue, and by which code."""


@register.simple_tag(takes_context=True)
def answers_of(context: template.Context, kept: Typed) -> list[tuple[str | Promise, str]]:
    """Return `as_answers` of what was typed; with a `cause` on the page, the database is not asked."""
    return _as_sent(kept.shown) if context.get("cause") else as_answers(kept.shown)


def as_answers(fields: Collection[tuple[str, str]]) -> list[tuple[str | Promise, str]]:
    """Turn (name, value) of fields that were sent into (question, answer) as whoever sent them read it.

    A choice is a code in what is sent. Its label is that of the form with these fields, the closest if
    several have them; what no form knows stays as it was sent, without a question. So does all of it while
    the database is away.
    """
    try:
        return _read_back(fields)
    except DatabaseError:
        return _as_sent(fields)


def _as_sent(fields: Iterable[tuple[str, str]]) -> list[tuple[str | Promise, str]]:
    return [("", value) for _name, value in fields]


def _read_back(fields: Collection[tuple[str, str]]) -> list[tuple[str | Promise, str]]:
    form = _form_of(fields)
    answers = list[tuple[str | Promise, str]]()
    for name, value in fields:
        field = form.base_fields.get(name)
        question = (field.label or "") if field else ""
        answers.append((question, _answer(name, field, value)))
    return answers


def _form_of(fields: Collection[tuple[str, str]]) -> type[forms.Form]:
    """The form that has most of these fields and choices, and of several the one with the fewest others."""
    names = {name for name, _value in fields}

    def distance(form: type[forms.Form]) -> tuple[int, int, int]:
        own = form.base_fields
        unknown = [name for name, value in fields if value not in _labels(own.get(name))]
        return len(names - own.keys()), len(unknown), len(own.keys() - names)

    return min(_forms(forms.Form), key=distance)


def _forms(kind: type[forms.Form]) -> Iterator[type[forms.Form]]:
    """This form and all that extend it, but for those that only coordinators or a demo have."""
    if not {"admin", "demo", "desk", "importing", "policy"} & set(kind.__module__.split(".")):
        yield kind
    for form in kind.__subclasses__():
        yield from _forms(form)


def _answer(name: str, field: forms.Field | None, value: str) -> str:
    if isinstance(field, RowField | RowsField):
        model, code = CODES[name]
        row = model._default_manager.filter(**{code: value}).first()
        return str(getattr(row, "label", row)) if row else value
    if isinstance(field, forms.BooleanField):
        return _("Yes")
    return str(_labels(field).get(value, value))


def _labels(field: forms.Field | None) -> dict[str, Any]:
    """The labels of a field's choices, by their codes; none of a field without choices."""
    choices: Iterable[tuple[Any, Any]] = flatten_choices(getattr(field, "choices", ()))
    return {str(code): label for code, label in choices}
