"""The history of rows that keep none of their own, in Django's log. It holds numbers and no names."""

import json
from collections.abc import Iterable

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model


def write_history(
    row: Model, *, by: AbstractBaseUser, changed: Iterable[str] = (), words: str = ""
) -> None:
    """Note that `by` changed these fields of `row`, by their verbose names in English, or did `words`.

    Called by actions, in their transaction. Never a value: a name would outlive whoever has it.
    """
    fields = {"changed": {"fields": list(changed)}}
    LogEntry.objects.create(
        user_id=by.pk,
        content_type=ContentType.objects.get_for_model(row, for_concrete_model=False),
        object_id=str(row.pk),
        object_repr=f"{row._meta.model_name} {row.pk}",
        action_flag=CHANGE,
        change_message=words or json.dumps([fields]),
    )
