"""What can be imported in the browser: a new kind of sheet is a line here and a module beside it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from mutualaid.importing.dry_run import SheetReader
from mutualaid.importing.kinds import areas, needs, volunteers
from mutualaid.importing.mapping.choices import SheetChoices
from mutualaid.importing.mapping.headings import Known
from mutualaid.importing.sheets.table import Table


@dataclass(frozen=True)
class SheetKind:
    """`made` is the field of `ImportRow` that leads to what was made of a row.

    `words` are fields of whose words it may have to be said what they mean. So many rows are
    `taken_back_at_once`, in one transaction.
    """

    headings: Known
    reader: Callable[[Table, SheetChoices], SheetReader[Any]]
    made: str
    words: tuple[str, ...] = ()
    taken_back_at_once: int = 100


KINDS: dict[str, SheetKind] = {
    "needs": SheetKind(
        needs.HEADINGS, needs.need_reader, "ask", ("category", "place", "status", "urgency")
    ),
    "volunteers": SheetKind(
        volunteers.HEADINGS, volunteers.volunteer_reader, "person", ("category", "place")
    ),
    "areas": SheetKind(
        areas.HEADINGS, areas.area_reader, "locality", taken_back_at_once=areas.AT_ONCE
    ),
}
