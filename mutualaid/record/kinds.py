"""The kinds of entry about the record itself, and about the rows that say how a group works."""

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import cast

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from mutualaid.local_time import format_moment
from mutualaid.policy.current import read_policy
from mutualaid.record.entries import CODE, EntryKind, Fact, Facts, register_kind, write
from mutualaid.singleton.models import SingletonRow


def note_restore(backup_at: str) -> None:
    """Where a record is kept, write that a backup of this moment (ISO 8601) was restored."""
    if read_policy().has_record:
        with transaction.atomic():
            write(RESTORED.name, {"backup_at": backup_at}, {})


def as_fact(value: object) -> Fact:
    """Return a number, a yes or no, a day or a time as it stands in an entry. Raises `ValueError`."""
    match value:
        case bool() | int() | None:
            return value
        case float():
            return repr(value)
        case date() | time():
            return value.isoformat()
        case str() if CODE.fullmatch(value):
            return value
    raise ValueError(value)


def _of_a_row(facts: Facts) -> Mapping[str, object]:
    """What the row, its value, and both numbers are called; in code where a later release has no such one."""
    row, name = str(facts["row"]), str(facts["name"])
    try:
        model = cast(type[SingletonRow], apps.get_model(row))
        shown = {key: model.displayed(name, facts[key]) for key in ("was", "now") if key in facts}
        return {"row": model._meta.verbose_name, "name": model.label_of(name), **shown}
    except (LookupError, FieldDoesNotExist):
        return facts


def _of_a_restore(facts: Facts) -> Mapping[str, object]:
    return {"backup_at": format_moment(datetime.fromisoformat(str(facts["backup_at"])))}


BEGAN = register_kind(EntryKind("record.began", _("The record was switched on."), people=("by",)))
ENDED = register_kind(EntryKind("record.ended", _("The record was switched off."), people=("by",)))
KEY = register_kind(
    EntryKind(
        "record.key",
        _("From here on the record is signed by another key. Its check number: {key}"),
        facts=("key",),
    )
)
RESTORED = register_kind(
    EntryKind(
        "record.restored",
        _("The site was restored from a backup of {backup_at}. What came after that is gone."),
        facts=("backup_at",),
        displayed=_of_a_restore,
    )
)
VALUE = register_kind(
    EntryKind(
        "rule.value",
        _("{row}: “{name}” was changed from {was} to {now}."),
        facts=("row", "version", "name", "was", "now"),
        people=("by",),
        displayed=_of_a_row,
    )
)
WORDS = register_kind(
    EntryKind(
        "rule.words",
        _("{row}: “{name}” was written anew."),
        facts=("row", "version", "name"),
        people=("by",),
        displayed=_of_a_row,
    )
)
