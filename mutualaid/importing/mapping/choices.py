"""What a coordinator has said of a sheet, or what is proposed: columns, dates, and what words mean."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any

from mutualaid.catalog.models import Locality
from mutualaid.importing.cells.lookups import LocalityLookup


@dataclass(frozen=True)
class SheetChoices:
    """`columns` leads from a field to a heading, "" for none. The maps lead from a word of the sheet.

    Kept as JSON for the next sheet with the same headings.
    """

    source: str = ""
    """A name for this sheet: a row is known by it and by its reference."""
    columns: Mapping[str, str] = field(default_factory=dict)
    left_out: tuple[str, ...] = ()
    """Headings of columns that are not kept. The others of no field go into the notes."""
    date_order: str = "ymd"
    time_zone: str = "UTC"
    """Of the dates."""
    categories: Mapping[str, str] = field(default_factory=dict)
    """Word → code of a category."""
    default_category: str = ""
    """For rows without one, and for words that are not known."""
    areas: Mapping[str, str] = field(default_factory=dict)
    """Word → code of an area."""
    default_area: str = ""
    """For rows that lead to no other area."""
    max_km: float = 10.0
    """How far a position may be from the centre of its area."""
    statuses: Mapping[str, str] = field(default_factory=dict)
    """Word → a `Fate`."""
    urgencies: Mapping[str, str] = field(default_factory=dict)
    """Word → the name of an `Urgency`, in small letters."""
    languages: tuple[str, ...] = ()
    """Codes of what people speak who do not say."""
    read_first: bool = False
    """Whether a coordinator reads each need before anyone is invited."""

    def locality_lookup(self) -> LocalityLookup:
        """Return what finds the areas of this sheet. Raises `FileProblem` as `LocalityLookup` does."""
        return LocalityLookup(
            Locality.objects.all(),
            max_km=self.max_km,
            mapping=self.areas,
            default_slug=self.default_area,
        )

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "SheetChoices":
        """Read what was stored; what is missing is as in a new one."""
        known = {one.name for one in fields(cls)}
        read = cls(**{name: value for name, value in stored.items() if name in known})
        return replace(read, left_out=tuple(read.left_out), languages=tuple(read.languages))
