"""Writing the row: each room's own action calls these."""

from collections.abc import Mapping
from typing import Any, TypeVar

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction

from mutualaid.singleton import reading
from mutualaid.singleton.guards import check_alone
from mutualaid.singleton.models import SingletonChange, SingletonRow
from mutualaid.singleton.signals import row_changed

Change = TypeVar("Change", bound=SingletonChange)


@transaction.atomic
def make_row(changes: type[SingletonChange], first: SingletonRow, named: Mapping[str, Any]) -> bool:
    """Store the first values if there is no row yet; return whether it was made now.

    `named` is {name: [default, value]} of those that the environment gave.
    """
    fields = {field.attname: getattr(first, field.attname) for field in first.value_fields()}
    _row, is_new = changes.row._default_manager.get_or_create(
        pk=SingletonRow.ONLY, defaults=fields | {"version": 1}
    )
    if is_new:
        changes._default_manager.create(version=1, changes=dict(named))
        reading.forget(changes.row)
    return is_new


@transaction.atomic
def change_row(
    history: type[Change],
    *,
    by: AbstractBaseUser | None,
    changes: Mapping[str, Any],
    is_decided: bool = False,
) -> Change | None:
    """Change {name: new value} of the stored row, and log who did it; return None where nothing differs.

    `by` is None for the site itself. `is_decided`: a person does not write it alone, it was decided. Sends
    `row_changed`. Raises `ValidationError` where the values do not fit together or their bounds,
    `ValueError` for a name that is no value of the row, and `DecidedTogether` for a person who writes alone
    what the group decides about.
    """
    row = history.row._default_manager.select_for_update().get(pk=SingletonRow.ONLY)
    before = row.values()
    if unknown := changes.keys() - before.keys():
        raise ValueError(f"no values of the {row._meta.model_name}: {', '.join(sorted(unknown))}")
    row.set_values(changes)
    row.validate()
    after = row.values()
    changed = {name: [before[name], after[name]] for name in changes if after[name] != before[name]}
    if not changed:
        return None
    if by and not is_decided:
        check_alone(history.row, {name: after[name] for name in changed})
    row.version += 1
    row.save()
    reading.forget(history.row)
    change = history._default_manager.create(
        version=row.version, by_id=by.pk if by else None, changes=changed
    )
    row_changed.send(sender=history.row, change=change)
    return change
