"""What can be imported in the browser: a new kind of sheet is a line here and a module beside it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from mutualaid.importing.choices import SheetChoices
from mutualaid.importing.headings import Known
from mutualaid.importing.judging import SheetReader
from mutualaid.importing.kinds import areas, needs
from mutualaid.importing.sheets.table import Table


@dataclass(frozen=True)
class SheetKind:
    """`made` is the field of `ImportRow` that leads to what was made of a row.

    `fields` are those that a coordinator can choose a column for, and `words` those whose words may need to
    be said what they mean.
    """

    headings: Known
    reader: Callable[[Table, SheetChoices], SheetReader[Any]]
    made: str
    words: tuple[str, ...] = ()


KINDS: dict[str, SheetKind] = {
    "needs": SheetKind(
        needs.HEADINGS, needs.need_reader, "ask", ("category", "place", "status", "urgency")
    ),
    "areas": SheetKind(areas.HEADINGS, areas.area_reader, "locality"),
}
