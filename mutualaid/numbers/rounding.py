"""How a count is published: rounded to fives, and below five not at all.

`withheld` finds what rounding alone would still give away (ADR 69).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

STEP = 5
FEWER = 0
"""What is published of a count below `STEP`, zero included: "fewer than 5"."""

Cell = tuple[str, int]
"""A part of a table: whether it is an area or a kind, and its id."""


def rounded(count: int) -> int:
    """The nearest multiple of `STEP`; `FEWER` for any count below it."""
    return FEWER if count < STEP else (count + STEP // 2) // STEP * STEP


@dataclass(frozen=True)
class Counts:
    """True counts of one month: of each area and of each kind, and what is only in the total.

    The areas have the same sum as the kinds.
    """

    areas: Mapping[Cell, int]
    kinds: Mapping[Cell, int]
    only_in_total: int = 0

    @property
    def cells(self) -> dict[Cell, int]:
        return {**self.areas, **self.kinds}

    @property
    def total(self) -> int:
        return sum(self.areas.values()) + self.only_in_total


@dataclass
class _Table:
    counts: Counts
    withheld: set[Cell] = field(default_factory=set)

    def may_change(self, count: int, by: int) -> bool:
        """Whether a count could be one more or one less and be published alike."""
        return count + by >= 0 and rounded(count + by) == rounded(count)

    def cell_may_change(self, cell: Cell, count: int, by: int) -> bool:
        return count + by >= 0 if cell in self.withheld else self.may_change(count, by)

    def some_may_change(self, cells: Mapping[Cell, int], by: int, but: Cell | None = None) -> bool:
        return any(
            cell != but and self.cell_may_change(cell, count, by) for cell, count in cells.items()
        )

    def is_open(self, cell: Cell, cells: Mapping[Cell, int], others: Mapping[Cell, int]) -> bool:
        """Whether another month, with one need more or less in this cell, is published alike."""
        counts = self.counts
        for by in (1, -1):
            if not self.cell_may_change(cell, cells[cell], by):
                continue
            if self.some_may_change(cells, -by, but=cell):
                return True
            if counts.only_in_total - by >= 0 and self.some_may_change(others, by):
                return True
            if self.may_change(counts.total, by) and self.some_may_change(others, by):
                return True
        return False

    def total_is_open(self) -> bool:
        counts = self.counts
        for by in (1, -1):
            if not self.may_change(counts.total, by):
                continue
            if counts.only_in_total + by >= 0:
                return True
            if self.some_may_change(counts.areas, by) and self.some_may_change(counts.kinds, by):
                return True
        return False

    def given_away(self) -> Iterator[Mapping[Cell, int]]:
        """The tables in which something can be worked out exactly."""
        areas, kinds = self.counts.areas, self.counts.kinds
        for cells, others in ((areas, kinds), (kinds, areas)):
            shown = (cell for cell in cells if cell not in self.withheld)
            if not all(self.is_open(cell, cells, others) for cell in shown):
                yield cells
        if not self.total_is_open():
            yield from (areas, kinds)


def withheld(counts: Counts) -> set[Cell]:
    """The areas and kinds that must not be shown, so that no published number can be worked out.

    A number is safe if the month could have been another one, with one need more or less in it, and
    be published alike. Where there is no such month (four areas of 8 in a total of 32: published as 10
    each, and 30 in all) the smallest that is not empty is withheld, until all others are safe.
    """
    table = _Table(counts)
    while faulty := next(table.given_away(), None):
        shown = [cell for cell in faulty if cell not in table.withheld]
        shown = shown or [cell for cell in counts.cells if cell not in table.withheld]
        if not shown:
            break
        table.withheld.add(
            min(shown, key=lambda cell: (not counts.cells[cell], counts.cells[cell]))
        )
    return table.withheld
