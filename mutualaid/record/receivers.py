"""What of a change of a row that says how the group works goes into the record."""

from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Q
from django.dispatch import receiver

from mutualaid.group.models import GroupProfileChange
from mutualaid.policy.current import current_policy
from mutualaid.policy.models import Policy, PolicyChange
from mutualaid.record import kinds
from mutualaid.record.completeness import Rows, register_rows
from mutualaid.record.entries import Facts, write
from mutualaid.singleton.models import SingletonChange, SingletonRow
from mutualaid.singleton.signals import row_changed

for history in (PolicyChange, GroupProfileChange):
    register_rows(
        Rows(
            history,
            "at",
            {"version": "version"},
            kinds=(kinds.VALUE.name, kinds.WORDS.name),
            constant={"row": history.row._meta.label_lower},
            which=Q(version__gt=1),  # the first values were changed by no one
        )
    )


@receiver(row_changed)
def note_change(sender: type[SingletonRow], change: SingletonChange, **_signal: Any) -> None:
    """Write an entry for each value that was changed; of words only that they were.

    Also where the record itself was switched off by it: that is the last entry.
    """
    switch = change.changes.get("has_record") if issubclass(sender, Policy) else None
    was, now = switch or (False, False)
    if not (was or current_policy().has_record):
        return
    people = {"by": change.by_id} if change.by_id else {}
    if now:
        write(kinds.BEGAN.name, {}, people)
    for name, values in change.changes.items():
        kind, facts = _entry(sender, change.version, name, values)
        write(kind, facts, people)
    if was:
        write(kinds.ENDED.name, {}, people)


def _entry(
    row: type[SingletonRow], version: int, name: str, values: tuple[Any, Any]
) -> tuple[str, Facts]:
    facts: Facts = {"row": row._meta.label_lower, "version": version, "name": name}
    if _is_words(row, name, values):
        return kinds.WORDS.name, facts
    was, now = map(kinds.as_fact, values)
    return kinds.VALUE.name, {**facts, "was": was, "now": now}


def _is_words(row: type[SingletonRow], name: str, values: tuple[Any, Any]) -> bool:
    """Texts that people wrote, or what else is no number, day or choice."""
    try:
        field = row._meta.get_field(name)
    except FieldDoesNotExist:  # a text within a column
        return True
    return any(isinstance(value, str) for value in values) and not getattr(field, "choices", None)
