"""Change the directory: each use-case once, for pages, the admin, imports and the demo."""

from collections.abc import Collection, Mapping
from datetime import date
from enum import Enum
from typing import Any, TypedDict
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from mutualaid.admin.history import write_history
from mutualaid.catalog.models import Category, Language, Locality
from mutualaid.forms.typed_text import one_line, visible
from mutualaid.people.models import User
from mutualaid.resources.models import Resource, ResourceReport

LINES = ("name", "organization", "address", "cost", "phone", "email", "website")
TEXTS = ("description", "hours", "eligibility", "to_bring")
MANY_TO_MANY = ("categories", "areas", "languages")
EDITABLE = (*LINES, *TEXTS, *MANY_TO_MANY, "kind", "locality", "is_active")
MOST_WAITING = 20
"""Reports of one resource that wait at once. More tell a coordinator nothing new; assumed, not measured."""


class Values(TypedDict, total=False):
    """What is known of a resource, by the names of the model's fields; of the catalogue its rows."""

    name: str
    organization: str
    kind: str
    description: str
    categories: Collection[Category]
    areas: Collection[Locality]
    locality: Locality | None
    address: str
    hours: str
    eligibility: str
    to_bring: str
    languages: Collection[Language]
    cost: str
    phone: str
    email: str
    website: str
    is_active: bool
    checked_on: date | None


NEEDED: Values = {"name": "", "categories": (), "areas": ()}
"""What a new one has to have: `cleaned` refuses these."""


class Upserted(Enum):
    ADDED = "added"
    CHANGED = "changed"
    SAME = "same"


@transaction.atomic
def add_resource(values: Values, *, by: User) -> Resource:
    """Add what a coordinator has typed: it counts as checked today. Raises `ValidationError` by field."""
    resource = Resource(checked_on=timezone.localdate(), checked_by=by)
    _write(resource, cleaned({**NEEDED, **values}))
    write_history(resource, by=by, words="added")
    return resource


@transaction.atomic
def change_resource(resource: Resource, changes: Values, *, by: User) -> None:
    """Write these values and no others. That it is right as a whole, `mark_checked` says.

    Raises `ValidationError` by field.
    """
    _write(resource, cleaned(changes))
    write_history(resource, by=by, changed=changes)


@transaction.atomic
def upsert_resource(identity: UUID, values: Values, *, by: User | None) -> Upserted:
    """Write what a file says of the resource with this `public_id`; add it where there is none.

    Values that are not given stay. `checked_on` counts where it is later than the one known; whoever
    imports has checked nothing. Without one a new resource is shown to no one until it is checked. `by` is
    None on the command line. Raises `ValidationError` by field, with all that is wrong.
    """
    known = Resource.objects.select_for_update().filter(public_id=identity).first()
    changes = changes_by(values, known)
    if not changes:
        return Upserted.SAME
    resource = known or Resource(public_id=identity)
    _write(resource, changes)
    if by:
        write_history(resource, by=by, words="imported")
    return Upserted.CHANGED if known else Upserted.ADDED


def changes_by(values: Values, resource: Resource | None) -> dict[str, Any]:
    """Return what `upsert_resource` would write of a resource, or of a new one.

    Raises `ValidationError` by field, with all that is wrong.
    """
    wanted = cleaned(values if resource else {**NEEDED, **values})
    checked_on = wanted.pop("checked_on", None)
    known_day = resource.checked_on if resource else None
    if checked_on and not (known_day and known_day >= checked_on):
        wanted |= {"checked_on": checked_on, "checked_by": None}
    return _differing(resource, wanted) if resource else wanted


@transaction.atomic
def mark_checked(resource: Resource, *, by: User, settles: Collection[UUID] = ()) -> None:
    """Say that all of it is right as of today, and settle those of its reports that `by` has read.

    A report that came meanwhile waits on.
    """
    Resource.objects.filter(pk=resource.pk).update(checked_on=timezone.localdate(), checked_by=by)
    waiting = ResourceReport.objects.filter(resource=resource, settled_at=None, pk__in=settles)
    waiting.update(settled_at=timezone.now(), settled_by=by)
    write_history(resource, by=by, words="checked")


@transaction.atomic
def remove_resource(resource: Resource, *, by: User) -> None:
    """Delete it with its reports. One that is only closed for a while is better not in use."""
    write_history(resource, by=by, words="removed")
    resource.delete()


@transaction.atomic
def report_wrong(resource: Resource, *, what: str, words: str) -> bool:
    """Write down that something is wrong; False where `MOST_WAITING` wait already, or it was removed."""
    is_there = list(Resource.objects.select_for_update().filter(pk=resource.pk))
    if not is_there or resource.reports.filter(settled_at=None).count() >= MOST_WAITING:
        return False
    ResourceReport.objects.create(resource=resource, what=what, words=words)
    return True


def cleaned(values: Values) -> dict[str, Any]:
    """Return values without what no one can see, each list line by line, and no name written twice.

    Raises `ValidationError` by field where a list that needs a row has none, or a day is yet to come.
    """
    result: dict[str, Any] = dict(values)
    for name in set(LINES) & result.keys():
        result[name] = one_line(result[name])
    for name in set(TEXTS) & result.keys():
        result[name] = visible(result[name]).strip()
    if "to_bring" in result:
        lines = map(one_line, result["to_bring"].splitlines())
        result["to_bring"] = "\n".join(filter(None, lines))
    if "phone" in result:
        numbers = (number.strip() for number in result["phone"].split(","))
        result["phone"] = ", ".join(filter(None, numbers))
    if result.get("organization") and result["organization"] == result.get("name"):
        result["organization"] = ""
    _check(result)
    return result


def _check(values: Mapping[str, Any]) -> None:
    errors = {}
    if "categories" in values and not values["categories"]:
        errors["categories"] = _("Choose at least one kind of help.")
    if "areas" in values and not values["areas"]:
        errors["areas"] = _("Choose at least one area.")
    if values.get("checked_on") and values["checked_on"] > timezone.localdate():
        errors["checked_on"] = _("Choose today or an earlier day.")
    try:
        columns = {name: values[name] for name in values.keys() - set(MANY_TO_MANY)}
        Resource(**columns).clean_fields(exclude=_all_but(columns))
    except ValidationError as error:
        raise ValidationError({**error.message_dict, **errors}) from None
    if errors:
        raise ValidationError(errors)


def _all_but(names: Collection[str]) -> set[str]:
    return {field.name for field in Resource._meta.concrete_fields} - set(names)


def _differing(resource: Resource, wanted: Mapping[str, Any]) -> dict[str, Any]:
    current = {name: getattr(resource, name) for name in wanted.keys() - set(MANY_TO_MANY)}
    changes = {name: wanted[name] for name in current if current[name] != wanted[name]}
    for name in wanted.keys() & set(MANY_TO_MANY):
        if set(getattr(resource, name).all()) != set(wanted[name]):
            changes[name] = wanted[name]
    return changes


def _write(resource: Resource, changes: Mapping[str, Any]) -> None:
    columns = changes.keys() - set(MANY_TO_MANY)
    for name in columns:
        setattr(resource, name, changes[name])
    resource.validate_constraints()
    is_new = resource.pk is None
    resource.save(update_fields=None if is_new else sorted(columns))
    for name in changes.keys() & set(MANY_TO_MANY):
        getattr(resource, name).set(changes[name])
