"""Read and write a whole sheet in this process, batch by batch.

Killed at any moment and run again, it ends the same.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from mutualaid.importing.dry_run import Outcome, SheetReader
from mutualaid.importing.sheets.table import Row
from mutualaid.importing.unread_rows import UnreadRow


@dataclass
class SheetResult:
    """Numbers of rows, ascending, or how many there are; and how many needs the new ones have."""

    new: int = 0
    needs: int = 0
    existing: list[int] = field(default_factory=list)
    """Were there before, or came in by another import meanwhile."""
    left_out: int = 0
    unread: list[UnreadRow] = field(default_factory=list)


def read_sheet(
    reader: SheetReader[Any],
    rows: Iterable[Row],
    *,
    advance: Callable[[int], object],
    is_dry: bool = False,
) -> SheetResult:
    """Judge all rows and write the new ones, each batch in a transaction; if dry, write nothing.

    `advance` is called after each batch with its number of rows. Lets `NotWritten` through.
    """
    result, seen = SheetResult(), dict[str, int]()
    for batch in batches(rows, reader.batch_rows):
        judged = reader.judge(batch, seen)
        new = [row for row in judged if row.outcome == Outcome.NEW]
        made = {row.row.number for row in new}
        if not is_dry:
            made = set(reader.write(new, before=result.needs))
        result.new += len(made)
        result.needs += sum(things_in(row.item) for row in new if row.row.number in made)
        was_there = (row for row in judged if row.outcome == Outcome.EXISTING)
        others = (row for row in new if row.row.number not in made)
        result.existing += sorted(row.row.number for row in (*was_there, *others))
        result.left_out += sum(row.outcome == Outcome.LEFT_OUT for row in judged)
        unread = (row for row in judged if row.outcome == Outcome.UNREAD)
        result.unread += [UnreadRow(row.row, row.reasons) for row in unread]
        advance(len(batch))
    return result


def things_in(item: Any) -> int:
    """How many things are written of an item: an ask has a need for each kind of help."""
    return len(getattr(item, "needs", [item]))


def batches(rows: Iterable[Row], size: int) -> Iterator[list[Row]]:
    remaining = iter(rows)
    while batch := list(islice(remaining, size)):
        yield batch
