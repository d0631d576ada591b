"""System checks: each field has its entry in the table, and each entry its field."""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.core.checks import CheckMessage, Error, register
from django.db.models import Model

from mutualaid.policy.models import Policy
from mutualaid.retention.erasing import CannotBeEmptied, empty_value
from mutualaid.retention.table import TABLE
from mutualaid.retention.terms import NEED, After, Empty, Keep, Part

TABLE_PLACE = "mutualaid/retention/table, TABLE"
ENTRY_HELP = (
    'Keep("{fields}") if it says nothing about anyone;'
    ' Empty("{fields}", With({owner}, "path to it"), _("plain words for the public page"))'
    " to empty it in time; Remove(…) in the same way where the whole row goes."
)
OF_ACCOUNTS = ("people", "offers_app")


@register()
def every_field_has_an_entry(app_configs: Any, **_: Any) -> list[CheckMessage]:
    """Report fields without an entry, entries without a field, and what cannot be emptied or timed.

    E020: no entry; E021: no such model or field; E022: no such field of the policy; E023: cannot be
    emptied.
    """
    models = {model._meta.label: model for model in apps.get_models() if not model._meta.proxy}
    messages = [message for model in models.values() for message in _faults_of(model)]
    messages += [
        Error(f"{label} is no model.", hint=f"Take it out of {TABLE_PLACE}.", id="mutualaid.E021")
        for label in TABLE.keys() - models.keys()
    ]
    return messages


def _faults_of(model: type[Model]) -> Iterator[CheckMessage]:
    label = model._meta.label
    parts = TABLE.get(label, ())
    existing = {field.name for field in (*model._meta.concrete_fields, *model._meta.many_to_many)}
    listed = {name for part in parts for name in part.fields.split()}
    if missing := sorted(existing - listed):
        fields = " ".join(missing)
        entry = ENTRY_HELP.format(fields=fields, owner=_likely_owner(model, existing))
        hint = f'Add to {TABLE_PLACE}["{label}"]: {entry}'
        yield Error(
            f"{label}: no one has said how long this lives: {fields}.",
            hint=hint,
            id="mutualaid.E020",
        )
    if unknown := sorted(listed - existing):
        hint = f'Take it out of {TABLE_PLACE}["{label}"].'
        yield Error(f"{label} has no field {' '.join(unknown)}.", hint=hint, id="mutualaid.E021")
    for part in parts:
        yield from _fields_that_cannot_be_emptied(model, part)
        yield from _unknown_period(model, part)


def _likely_owner(model: type[Model], fields: set[str]) -> str:
    if model._meta.app_label in OF_ACCOUNTS:
        return "ACCOUNT"
    return "NEED" if model._meta.label == NEED or "need" in fields else "ASK"


def _fields_that_cannot_be_emptied(model: type[Model], part: Part) -> Iterator[CheckMessage]:
    for name in part.fields.split() if isinstance(part, Empty) else ():
        try:
            empty_value(model._meta.get_field(name))
        except CannotBeEmptied:
            hint = "Let it be null or blank, keep it, or remove the whole row."
            yield Error(
                f"{model._meta.label}.{name} cannot be emptied.", hint=hint, id="mutualaid.E023"
            )
        except LookupError:
            continue  # reported above already


def _unknown_period(model: type[Model], part: Part) -> Iterator[CheckMessage]:
    period = part.end.period if not isinstance(part, Keep) and isinstance(part.end, After) else ""
    if period and period not in {field.name for field in Policy._meta.concrete_fields}:
        hint = f'Name a field of the policy in {TABLE_PLACE}["{model._meta.label}"].'
        yield Error(f"The policy has no field {period}.", hint=hint, id="mutualaid.E022")
