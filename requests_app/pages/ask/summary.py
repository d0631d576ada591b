"""Check your answers: what was said, in words, each with its page to change it."""

from typing import Any, NamedTuple

from django.forms import BoundField
from django.utils.formats import date_format
from django.utils.html import format_html_join
from django.utils.translation import gettext as _

from mutualaid.catalog.time_slot_field import WeekPartsBoxes
from mutualaid.catalog.time_slots import ANY_TIME, in_words
from requests_app.pages.ask.draft import Answers
from requests_app.pages.ask.wizard import STEPS, Step, bound


class Row(NamedTuple):
    key: str
    value: str
    step: str


def summary(answers: Answers) -> list[Row]:
    """A row for each question, in the order in which they were asked."""
    return [row for step in STEPS for row in _rows(step, answers)]


def _rows(step: Step, answers: Answers) -> list[Row]:
    form = bound(step, answers)
    form.is_valid()
    return [
        Row(str(field.label), _in_words(field, form.cleaned_data.get(field.name)), step.name)
        for field in form
    ]


def _in_words(field: BoundField, value: Any) -> str:
    if isinstance(field.field, WeekPartsBoxes):
        return in_words(value or ANY_TIME)
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if value in (None, "") or (hasattr(value, "__len__") and not len(value)):
        return _("(left empty)")
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if hasattr(value, "strftime"):
        return date_format(value, "DATE_FORMAT")
    if hasattr(value, "all"):
        return ", ".join(str(one) for one in value)
    chosen = value if isinstance(value, (list, tuple)) else [value]
    labels = dict(getattr(field.field, "choices", ())) if isinstance(chosen[0], (str, int)) else {}
    return format_html_join(", ", "{}", ((labels.get(one, one),) for one in chosen))
