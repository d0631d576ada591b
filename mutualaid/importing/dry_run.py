"""What is to become of each row of a sheet, found out without writing anything."""

from collections.abc import Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Generic, NamedTuple, Protocol, TypeVar

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mutualaid.importing.problems import Reasons, Unread
from mutualaid.importing.sheets.table import Row
from mutualaid.people.models import User

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


class Outcome(TextChoices):
    NEW = "new", gettext_lazy("to be imported")
    EXISTING = "existing", gettext_lazy("was there already")
    LEFT_OUT = "left_out", gettext_lazy("over, left out")
    UNREAD = "unread", gettext_lazy("to be corrected")
    IMPORTED = "imported", gettext_lazy("imported")
    REMOVED = "removed", gettext_lazy("taken back")


@dataclass(frozen=True)
class JudgedRow(Generic[T]):
    """A row with what is to become of it. `item` is what is written of a new one, else None."""

    row: Row
    outcome: Outcome
    reference: str = ""
    item: T | None = None
    reasons: list[str] = field(default_factory=list)
    """Why it cannot be read: all of them."""


class Made(NamedTuple):
    """What was written of a row: the id of it, and what stood there before, as JSON, if something did."""

    pk: int
    before: str = ""


Seen = MutableMapping[str, int]
"""Reference → number of the first row that has it."""


class SheetReader(Protocol[T]):
    """Reads the rows of one sheet, a batch at a time."""

    batch_rows: ClassVar[int]
    """As many rows are judged and written together, in one transaction."""

    def judge(self, rows: Sequence[Row], seen: Seen) -> list[JudgedRow[T]]:
        """Say what is to become of these rows; note their references in `seen`."""

    def write(
        self, rows: Sequence[JudgedRow[T]], *, by: User | None = None, before: int = 0
    ) -> dict[int, Made]:
        """Write these new rows in one transaction; return by their numbers what was made.

        What was made by someone else meanwhile is not in it. `before` is how many needs the same
        import has opened already.
        """


def judge_each(rows: Sequence[Row], reader: "ReadsOne[T]", seen: Seen) -> list[JudgedRow[T]]:
    """Judge rows of a sheet in which each row is a thing of its own, known by its reference."""
    references = [_reference(row, reader) for row in rows]
    known = {key: row for key, row in zip(references, rows, strict=True) if isinstance(key, str)}
    existing = reader.existing(known)
    return [
        _judge(row, key, reader, existing, seen) for row, key in zip(rows, references, strict=True)
    ]


def _reference(row: Row, reader: "ReadsOne[T]") -> str | Unread:
    try:
        return reader.reference(row)
    except Unread as unread:
        return unread


def _judge(
    row: Row, reference: str | Unread, reader: "ReadsOne[T]", existing: set[str], seen: Seen
) -> JudgedRow[T]:
    reasons, key = Reasons(), ""
    if isinstance(reference, Unread):
        reasons += reference.reasons
    else:
        key = reference
        first = seen.setdefault(key, row.number)
        if first != row.number:
            reasons.append(reader.says_twice(first))
        elif key in existing:
            return JudgedRow(row, Outcome.EXISTING, key)
    item = reasons.read(lambda: reader.read(row, key), None)
    if reasons:
        return JudgedRow(row, Outcome.UNREAD, key, reasons=reasons)
    outcome = Outcome.LEFT_OUT if item is None else Outcome.NEW
    return JudgedRow(row, outcome, key, item)


class ReadsOne(Protocol[T_co]):
    def reference(self, row: Row) -> str:
        """Return what tells this row from others. Raises `Unread` where there is nothing."""

    def existing(self, rows: Mapping[str, Row]) -> set[str]:
        """Return the references of those rows, by their references, that are here already."""

    def says_twice(self, first: int) -> str:
        """Say that what tells this row from others stands in the row with this number as well."""

    def read(self, row: Row, reference: str) -> T_co | None:
        """Return what is written of this row; None to leave it out. Raises `Unread`.

        `reference` is "" where there is none: the row is read all the same, for its other faults.
        """


def same_reference(first: int) -> str:
    return _("The reference stands in row %d as well.") % first


def same_row(first: int) -> str:
    return _("It says the same as row %d.") % first
