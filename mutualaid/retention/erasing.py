"""Erase by the table. Idempotent."""

from collections.abc import Collection, Iterator
from datetime import timedelta
from typing import Any

from django.apps import apps
from django.db import models, transaction
from django.db.models import F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Coalesce, Concat, Now, TruncWeek

from mutualaid.encryption.fields import EncryptedTextField
from mutualaid.retention import ledger
from mutualaid.retention.signals import rows_ending
from mutualaid.retention.table import TABLE
from mutualaid.retention.terms import After, Blur, Empty, Remove, With


class CannotBeEmptied(Exception):
    """The column takes neither null nor an empty text."""


@transaction.atomic
def erase(owner: str, pks: Collection[int]) -> None:
    """Erase everything that ends together with these rows of `owner`, and write it into the ledger.

    Rooms above this one end first what they have about them (`signals.rows_ending`).

    The rows themselves stay, as counts. `owner` is `ASK`, `NEED` or `ACCOUNT`; the caller has ended
    live needs and claims before.
    """
    # Locked first, as by whoever saves something beside them, so that no one comes in between.
    list(apps.get_model(owner)._base_manager.select_for_update().filter(pk__in=pks).order_by("pk"))
    rows_ending.send(sender=apps.get_model(owner), pks=pks)
    ledger.write(owner, pks)  # before the rest: some columns may be empty in an erased row only
    for model, part in _parts():
        if isinstance(part.end, With) and part.end.owner == owner:
            _erase_part(model, part, Q(**part.end.lookups(pks)))


def erase_expired() -> None:
    """Erase the parts of the table that have a clock of their own, where it has run out."""
    for model, part in _parts():
        if isinstance(part.end, After) and not _lasts(part.end):
            due = Q(**{f"{part.end.moment}__lt": Now() - timedelta(days=part.end.days)})
            if part.end.unless:
                due &= ~Q(**part.end.unless)
            _erase_part(model, part, due & Q(**part.end.only))


def _lasts(end: After) -> bool:
    """Whether that is still going on for whose sake the rows stay."""
    if end.while_any is None:
        return False
    model, lookups = end.while_any
    return bool(apps.get_model(model)._base_manager.filter(**lookups).exists())


def _erase_part(model: type[models.Model], part: Empty | Blur | Remove, found: Q) -> None:
    """Remove the rows that are `found`, or empty or blur the fields of `part` in them."""
    rows = model._base_manager.filter(found)
    if isinstance(part, Remove):
        rows.defer(*_encrypted_fields(model)).delete()
        return
    fields = [model._meta.get_field(name) for name in part.fields.split()]
    if isinstance(part, Blur):
        rows.update(**{field.name: _blurred(field) for field in fields})
        return
    for field in fields:
        if isinstance(field, models.ManyToManyField):
            _clear_links(field, rows)
    rows.update(**{f.name: empty_value(f) for f in fields if not f.many_to_many})


def _blurred(field: Any) -> Any:
    """The Monday of its week for a moment or a day, the head of its tree for what has a parent."""
    if isinstance(field, models.DateField):
        return TruncWeek(field.name)
    rows = field.related_model._base_manager.filter(pk=OuterRef(field.attname))
    return Coalesce(Subquery(rows.values("parent")), F(field.attname))


def empty_value(field: Any) -> Any:
    """Return what an emptied `field` holds. A unique text becomes "erased-<id>", an expression.

    A field of ours names its own value as `nothing`. Raises `CannotBeEmptied` where there is no such
    value: not null, not a text, and no flag.
    """
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


def _parts() -> Iterator[tuple[type[models.Model], Empty | Blur | Remove]]:
    for label, parts in TABLE.items():
        for part in parts:
            if isinstance(part, Empty | Blur | Remove):
                yield apps.get_model(label), part


def _encrypted_fields(model: type[models.Model]) -> list[str]:
    """They are not read for erasing: what no key opens is erased all the same."""
    return [f.name for f in model._meta.concrete_fields if isinstance(f, EncryptedTextField)]


def _clear_links(field: Any, rows: QuerySet[Any]) -> None:
    """Delete the links from `rows`; of a model that is linked to itself, those to them as well."""
    links = field.remote_field.through._base_manager
    links.filter(**{f"{field.m2m_field_name()}__in": rows}).delete()
    if field.related_model is rows.model:
        links.filter(**{f"{field.m2m_reverse_field_name()}__in": rows}).delete()
