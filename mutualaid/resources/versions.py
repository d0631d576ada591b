"""A resource as it was, as JSON, so that what an import made of it can be taken back."""

import json
from typing import Any

from django.db import transaction
from django.db.models import Model, QuerySet

from mutualaid.catalog.models import Locality
from mutualaid.people.models import User
from mutualaid.resources.actions import LINES, MANY_TO_MANY, TEXTS
from mutualaid.resources.models import Resource

COLUMNS = (*LINES, *TEXTS, "kind", "locality_id", "is_active", "checked_on", "checked_by_id")


def version_of(resource: Resource) -> str:
    """Return all that is said of a resource. The same text says that nothing was changed."""
    said: dict[str, Any] = {name: getattr(resource, name) for name in COLUMNS}
    for name in MANY_TO_MANY:
        said[name] = sorted(getattr(resource, name).values_list("pk", flat=True))
    return json.dumps(said, default=str)


def is_as_imported(resource: Resource, became: str) -> bool:
    """Whether no one has changed or checked it since it became this version, or said that it is wrong."""
    return version_of(resource) == became and not resource.reports.exists()


@transaction.atomic
def take_back_version(resource: Resource, was: str) -> None:
    """Give a resource back the version that it had before; remove it where it had none ("").

    A kind, an area, a language or a person that is there no more is left out.
    """
    if not was:
        resource.delete()
        return
    said = json.loads(was)
    links = {name: said.pop(name) for name in MANY_TO_MANY}
    for name, model in (("locality_id", Locality), ("checked_by_id", User)):
        said[name] = _there(model, [said[name]]).values_list("pk", flat=True).first()
    Resource.objects.filter(pk=resource.pk).update(**said)
    for name, pks in links.items():
        field = getattr(resource, name)
        field.set(_there(field.model, pks))


def _there(model: type[Model], pks: list[Any]) -> QuerySet[Any]:
    return model._default_manager.filter(pk__in=pks)
