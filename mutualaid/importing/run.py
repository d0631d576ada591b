"""A whole sheet of needs, batch by batch. Killed at any moment and run again, it ends the same."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice

from django.utils.translation import gettext as _

from mutualaid.catalog.models import Category
from mutualaid.importing.needs import NeedReader
from mutualaid.importing.problems import Unread
from mutualaid.importing.tables import Row
from mutualaid.importing.unread import UnreadRow
from requests_app.actions import Asked, post_needs
from requests_app.models import Need

BATCH_ROWS = 200
"""Rows in one transaction: few commits, and nobody else waits long for the database."""


@dataclass
class Plan:
    """What is to be done with each row, found out without writing anything."""

    to_import: list[tuple[Row, list[Asked]]] = field(default_factory=list)
    there: list[Row] = field(default_factory=list)
    unread: list[UnreadRow] = field(default_factory=list)


@dataclass(frozen=True)
class Imported:
    rows: list[int]
    """Numbers of the rows that were written now."""
    there: list[int]
    """Numbers of the rows whose needs were there before, or came in by another import meanwhile."""
    needs: int


def plan(reader: NeedReader, *, source: str) -> Plan:
    """Read every row. A row is there already when a need of `source` has its reference."""
    result, there = Plan(), _rows_there(source)
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


def carry_out(todo: Plan, *, source: str, step: Callable[[int], object]) -> Imported:
    """Write the needs of a plan; `step` is told after each batch how many rows it had."""
    rows: list[int] = []
    there, needs = [row.number for row in todo.there], 0
    for batch in _batches(todo.to_import):
        new = post_needs([asked for _row, many in batch for asked in many], source=source)
        for row, many in batch:
            (rows if any(one.reference in new for one in many) else there).append(row.number)
        needs += len(new)
        step(len(batch))
    return Imported(rows, sorted(there), needs)


def _rows_there(source: str) -> set[str]:
    """The references of rows: "4037" also where only "4037/food" and "4037/water" are here."""
    references = set(Need.objects.filter(source=source).values_list("reference", flat=True))
    slugs = set(Category.objects.values_list("slug", flat=True))
    split = (reference.rpartition("/") for reference in references)
    return references | {head for head, _slash, tail in split if tail in slugs}


def _batches(
    items: list[tuple[Row, list[Asked]]],
) -> Iterator[list[tuple[Row, list[Asked]]]]:
    left = iter(items)
    while batch := list(islice(left, BATCH_ROWS)):
        yield batch
