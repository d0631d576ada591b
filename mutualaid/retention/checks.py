"""No field is forgotten: each has its entry in the table, and each entry its field."""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.db.models import Model

from mutualaid.retention.erasing import CannotBeEmptied, nothing_in
from mutualaid.retention.table import TABLE
from mutualaid.retention.terms import Empty, Part

A_WEEK = 7
"""Days until coordinators hear once more how the desk stands."""
WHERE = "mutualaid/retention/table.py, TABLE"
HOW = (
    'Keep("{fields}") if it says nothing about anybody;'
    ' Empty("{fields}", With({owner}, "path to it"), _("plain words for the public page"))'
    " to empty it in time; Remove(…) in the same way where the whole row goes."
)
OF_ACCOUNTS = ("people", "offers_app")


@register()
def every_field_has_an_entry(app_configs: Any, **_: Any) -> list[CheckMessage]:
    """Nothing is stored of which nobody has said how long it lives."""
    models = {model._meta.label: model for model in apps.get_models() if not model._meta.proxy}
    found = [message for model in models.values() for message in _missing(model)]
    found += [
        Error(f"{label} is no model.", hint=f"Take it out of {WHERE}.", id="mutualaid.E021")
        for label in TABLE.keys() - models.keys()
    ]
    return found


@register()
def the_days_fit_together(app_configs: Any, **_: Any) -> list[CheckMessage]:
    """The preview lies before the erasing, and no reminder is forgotten while it might be sent again."""
    reminded = max(settings.FOLLOW_UP_DAYS + settings.SILENCE_DAYS, A_WEEK)
    if 0 <= settings.ERASE_PREVIEW_DAYS <= settings.ERASE_DAYS and reminded < settings.RECORD_DAYS:
        return []
    hint = (
        "ERASE_PREVIEW_DAYS is at most ERASE_DAYS, and RECORD_DAYS more than a week, and than"
        " FOLLOW_UP_DAYS and SILENCE_DAYS together."
    )
    return [Error("The days of erasing do not fit together.", hint=hint, id="mutualaid.E022")]


def _missing(model: type[Model]) -> Iterator[CheckMessage]:
    label = model._meta.label
    parts = TABLE.get(label, ())
    has = {field.name for field in (*model._meta.concrete_fields, *model._meta.many_to_many)}
    named = {name for part in parts for name in part.fields.split()}
    if forgotten := sorted(has - named):
        fields = " ".join(forgotten)
        owner = "ACCOUNT" if model._meta.app_label in OF_ACCOUNTS else "NEED"
        hint = f'Add to {WHERE}["{label}"]: {HOW.format(fields=fields, owner=owner)}'
        yield Error(
            f"{label}: nobody has said how long this lives: {fields}.",
            hint=hint,
            id="mutualaid.E020",
        )
    if strange := sorted(named - has):
        hint = f'Take it out of {WHERE}["{label}"].'
        yield Error(f"{label} has no field {' '.join(strange)}.", hint=hint, id="mutualaid.E021")
    for part in parts:
        yield from _not_to_be_emptied(model, part)


def _not_to_be_emptied(model: type[Model], part: Part) -> Iterator[CheckMessage]:
    for name in part.fields.split() if isinstance(part, Empty) else ():
        try:
            nothing_in(model._meta.get_field(name))
        except CannotBeEmptied:
            hint = "Let it be null or blank, keep it, or remove the whole row."
            yield Error(
                f"{model._meta.label}.{name} cannot be emptied.", hint=hint, id="mutualaid.E023"
            )
        except LookupError:
            continue  # told above already
