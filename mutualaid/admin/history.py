"""History in Django's admin log, for models without a history of their own. It holds ids and no names."""

import json
from collections.abc import Iterable

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model


def write_history(
    row: Model, *, by: AbstractBaseUser, changed: Iterable[str] = (), words: str = ""
) -> None:
    """Log that `by` changed these fields of `row`, or did what `words` say ("role added: volunteer").

    `changed` are names of fields and never values, for a name would outlive the person it is of.
    Call it from an action, in its transaction.
    """
    write_history_of_all([row], by=by, changed=changed, words=words)


def write_history_of_all(
    rows: Iterable[Model], *, by: AbstractBaseUser, changed: Iterable[str] = (), words: str = ""
) -> None:
    """Do what `write_history` does for several rows, in one query."""
    message = words or json.dumps([{"changed": {"fields": list(changed)}}])
    LogEntry.objects.bulk_create(
        LogEntry(
            user_id=by.pk,
            content_type=ContentType.objects.get_for_model(row, for_concrete_model=False),
            object_id=str(row.pk),
            object_repr=f"{row._meta.model_name} {row.pk}",
            action_flag=CHANGE,
            change_message=message,
        )
        for row in rows
    )
