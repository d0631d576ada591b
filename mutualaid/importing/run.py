"""A whole sheet of asks, batch by batch. Killed at any moment and run again, it ends the same."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice

from django.utils.translation import gettext as _

from mutualaid.importing.needs import AskReader
from mutualaid.importing.problems import Unread
from mutualaid.importing.tables import Row
from mutualaid.importing.unread import UnreadRow
from requests_app.actions import ImportedAsk, import_asks
from requests_app.models import Ask

BATCH_ROWS = 200
"""Rows in one transaction: few commits, and nobody else waits long for the database."""


@dataclass
class Plan:
    """What is to be done with each row, found out without writing anything."""

    to_import: list[tuple[Row, ImportedAsk]] = field(default_factory=list)
    there: list[Row] = field(default_factory=list)
    unread: list[UnreadRow] = field(default_factory=list)


@dataclass(frozen=True)
class Imported:
    rows: list[int]
    """Numbers of the rows that were written now."""
    there: list[int]
    """Numbers of the rows that were there before, or came in by another import meanwhile."""
    needs: int


def plan(reader: AskReader) -> Plan:
    """Read every row. It is there already when an ask of the same source has its reference."""
    here = Ask.objects.filter(source=reader.source).exclude(reference="")
    result, there = Plan(), set(here.values_list("reference", flat=True))
    seen: dict[str, Row] = {}
    for row in reader.sheet.table.rows:
        try:
            reference = reader.reference(row)
            first = seen.setdefault(reference, row)
            if first is not row:
                raise Unread(_("The reference stands in row %d as well.") % first.number)
            if reference in there:
                result.there.append(row)
            else:
                result.to_import.append((row, reader.read(row)))
        except Unread as reason:
            result.unread.append(UnreadRow(row, str(reason)))
    return result


def carry_out(todo: Plan, *, step: Callable[[int], object]) -> Imported:
    """Write the asks of a plan; `step` is told after each batch how many rows it had."""
    rows: list[int] = []
    there, needs = [row.number for row in todo.there], 0
    for batch in _batches(todo.to_import):
        new = import_asks([ask for _row, ask in batch])
        for row, ask in batch:
            is_new = ask.origin.reference in new
            (rows if is_new else there).append(row.number)
            needs += len(ask.needs) * is_new
        step(len(batch))
    return Imported(rows, sorted(there), needs)


def _batches(items: list[tuple[Row, ImportedAsk]]) -> Iterator[list[tuple[Row, ImportedAsk]]]:
    left = iter(items)
    while batch := list(islice(left, BATCH_ROWS)):
        yield batch
