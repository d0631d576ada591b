"""What can be imported in the browser: a new kind of sheet is a line here and a module beside it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from mutualaid.importing.dry_run import SheetReader
from mutualaid.importing.kinds import areas, needs, resources, volunteers
from mutualaid.importing.mapping.choices import SheetChoices
from mutualaid.importing.mapping.headings import Known
from mutualaid.importing.sheets.table import Table


@dataclass(frozen=True)
class SheetKind:
    """`made` is the field of `ImportRow` that leads to what was made of a row.

    `words` are fields of whose words it may have to be said what they mean; `asks` is what else is asked
    on the page. So many rows are `taken_back_at_once`, in one transaction.
    """

    headings: Known
    reader: Callable[[Table, SheetChoices], SheetReader[Any]]
    made: str
    words: tuple[str, ...] = ()
    asks: tuple[str, ...] = ()
    taken_back_at_once: int = 100


DEFAULTS = ("default_category", "default_place")
KINDS: dict[str, SheetKind] = {
    "needs": SheetKind(
        needs.HEADINGS,
        needs.need_reader,
        "ask",
        words=("category", "place", "status", "urgency"),
        asks=("date_order", "languages", "start", "left_out", *DEFAULTS),
    ),
    "volunteers": SheetKind(
        volunteers.HEADINGS,
        volunteers.volunteer_reader,
        "person",
        words=("category", "place"),
        asks=("date_order", "languages", "left_out", *DEFAULTS),
    ),
    "areas": SheetKind(
        areas.HEADINGS, areas.area_reader, "locality", taken_back_at_once=areas.AT_ONCE
    ),
    "resources": SheetKind(
        resources.HEADINGS,
        resources.resource_reader,
        "resource",
        words=("category", "place"),
        asks=("date_order", *DEFAULTS),
    ),
}
