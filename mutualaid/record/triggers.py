"""Database triggers that hold the record as it is: an entry only ever gets its number, a seal nothing.

They keep a slip of ours from changing it, in whatever way it is written. Whoever has the server can drop
them; what that cannot undo is a head that someone else has kept.
"""

from collections.abc import Iterator

from mutualaid.record.models import RecordEntry, Seal
from mutualaid.statements.triggers import Refusal, Trigger, Triggers

WRITTEN = ("id", "kind", "at", "facts", "people", "salt")
"""Of an entry, from the first moment on."""
REFUSAL = Refusal("What stands in the record never changes.")


def _triggers() -> Iterator[Trigger]:
    entry, seal = RecordEntry._meta.db_table, Seal._meta.db_table
    changed = " OR ".join(f"OLD.{column} {{differs}} NEW.{column}" for column in WRITTEN)
    is_sealed = "OLD.seal_id IS NOT NULL"
    yield Trigger("entry", "UPDATE", entry, REFUSAL, f"{is_sealed} OR {changed}")
    yield Trigger("entry_there", "DELETE", entry, REFUSAL, is_sealed)
    yield Trigger("seal", "UPDATE", seal, REFUSAL)
    yield Trigger("seal_there", "DELETE", seal, REFUSAL)


TRIGGERS = Triggers("record_holds_", _triggers)
