"""Database triggers that hold the books: an entry stays as it is, and a counter-entry undoes all of another.

They keep a slip of ours from it, whichever way it writes.
"""

from collections.abc import Iterator

from mutualaid.fund.models import Entry
from mutualaid.statements.triggers import Refusal, Trigger, Triggers

WRITTEN = ("id", "public_id", "pot_id", "kind", "amount", "on_day", "sets_right_id", "written_at")
"""Of an entry, for good. Only who wrote it can be forgotten."""
MESSAGE = "An entry of a pot never changes: it gets one counter-entry."
CHANGED = " OR ".join(f"OLD.{column} {{differs}} NEW.{column}" for column in WRITTEN)
LIKE_NONE = (
    "NOT EXISTS (SELECT 1 FROM {table} undone WHERE undone.id = NEW.sets_right_id"
    " AND undone.pot_id = NEW.pot_id AND undone.amount = -NEW.amount AND undone.kind <> 'correction')"
)


def _triggers() -> Iterator[Trigger]:
    table = Entry._meta.db_table
    yield Trigger("entry", "UPDATE", table, Refusal(MESSAGE), CHANGED)
    yield Trigger("entry_there", "DELETE", table, Refusal(MESSAGE))
    undoes_none = Refusal(MESSAGE, where=LIKE_NONE.format(table=table))
    yield Trigger("counter", "INSERT", table, undoes_none, "NEW.sets_right_id IS NOT NULL")


TRIGGERS = Triggers("fund_holds_", _triggers)
