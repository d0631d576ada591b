"""Erasing by the table. Harmless when it is done twice."""

from collections.abc import Collection, Iterator
from datetime import timedelta
from typing import Any

from django.apps import apps
from django.db import models, transaction
from django.db.models import QuerySet, Value
from django.db.models.functions import Cast, Concat, Now

from mutualaid.encryption.fields import EncryptedTextField
from mutualaid.retention import ledger
from mutualaid.retention.table import TABLE
from mutualaid.retention.terms import After, Empty, Remove, With


class CannotBeEmptied(Exception):
    """The column takes neither null nor an empty text."""


@transaction.atomic
def erase(owner: str, pks: Collection[int]) -> None:
    """Erase everything that ends together with these rows of `owner`, and write it into the ledger.

    The rows themselves stay, as counts. `owner` is `ASK`, `NEED` or `ACCOUNT`; whoever has a live need
    or claim to end does so first.
    """
    # Held first, as by whoever saves something beside them: nobody comes in between.
    list(apps.get_model(owner)._base_manager.select_for_update().filter(pk__in=pks).order_by("pk"))
    ledger.write(owner, pks)  # before the rest: some columns may be empty in an erased row only
    for model, part in _parts():
        if isinstance(part.end, With) and part.end.owner == owner:
            end(model, part, {f"{part.end.path}__in": pks})


def erase_by_their_clocks() -> None:
    """Erase whatever has a clock of its own that has run out."""
    for model, part in _parts():
        if isinstance(part.end, After):
            due = Now() - timedelta(days=part.end.days)
            end(model, part, {f"{part.end.moment}__lt": due, **part.end.only})


def end(model: type[models.Model], part: Empty | Remove, which: dict[str, Any]) -> None:
    """Bring one part of the table to its end, in the rows that `which` finds."""
    rows = model._base_manager.filter(**which)
    if isinstance(part, Remove):
        rows.defer(*_unread(model)).delete()
        return
    fields = [model._meta.get_field(name) for name in part.fields.split()]
    for field in fields:
        if isinstance(field, models.ManyToManyField):
            _clear(field, rows)
    rows.update(**{f.name: nothing_in(f) for f in fields if not f.many_to_many})


def nothing_in(field: Any) -> Any:
    """What an emptied `field` holds; raises `CannotBeEmptied`. A unique text becomes "erased-<id>"."""
    if field.many_to_many or field.null:
        return None
    if isinstance(field, models.BooleanField):
        return False
    if hasattr(field, "nothing"):
        return field.nothing
    if isinstance(field, models.CharField | models.TextField):
        if field.unique:
            return Concat(Value("erased-"), Cast("pk", models.CharField()))
        return ""
    raise CannotBeEmptied(field.name)


def _parts() -> Iterator[tuple[type[models.Model], Empty | Remove]]:
    for label, parts in TABLE.items():
        for part in parts:
            if isinstance(part, Empty | Remove):
                yield apps.get_model(label), part


def _unread(model: type[models.Model]) -> list[str]:
    """The encrypted fields: what no key opens is erased all the same."""
    return [f.name for f in model._meta.concrete_fields if isinstance(f, EncryptedTextField)]


def _clear(field: Any, rows: QuerySet[Any]) -> None:
    """Whichever end of a link stands here: two rows of one model are linked from both."""
    links = field.remote_field.through._base_manager
    links.filter(**{f"{field.m2m_field_name()}__in": rows}).delete()
    if field.related_model is rows.model:
        links.filter(**{f"{field.m2m_reverse_field_name()}__in": rows}).delete()
