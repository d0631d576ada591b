"""What is said of an uploaded file: its sheet, its headings, and what stands in it. Stored as JSON."""

import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from itertools import islice
from typing import Any

from django.utils.crypto import salted_hmac

from mutualaid.encryption.fields import WrongKey
from mutualaid.importing.kinds.registry import KINDS, SheetKind
from mutualaid.importing.mapping.choices import SheetChoices
from mutualaid.importing.mapping.headings import all_names
from mutualaid.importing.models import ImportPart, ImportRun, RememberedChoices
from mutualaid.importing.names import normalize
from mutualaid.importing.packing import unpack
from mutualaid.importing.sheets.files import table_of
from mutualaid.importing.sheets.table import Row, Table


@dataclass(frozen=True)
class Said:
    language: str = "en"
    """Of whoever uploaded it: reasons are told in it."""
    sheets: tuple[str, ...] = ()
    """The sheets of a workbook that hold something."""
    sheet: str = ""
    encoding: str = ""
    """Of a text, as it was chosen; "" while it is found by itself."""
    readings: dict[str, str] = field(default_factory=dict)
    """How words of the file read, by encoding; the one it was read in first. Empty where it is sure."""
    heading_row: int | None = None
    """The number of the row of headings; None while it is found by itself."""
    headings: tuple[str, ...] = ()
    """Of the sheet that was checked: the file of what is left to correct has them."""
    choices: SheetChoices = field(default_factory=SheetChoices)

    @classmethod
    def of(cls, run: ImportRun) -> "Said":
        stored: dict[str, Any] = json.loads(run.said)
        choices = SheetChoices.from_json(stored.pop("choices"))
        lists = {name: tuple(stored[name]) for name in ("sheets", "headings")}
        return cls(**{**stored, **lists, "choices": choices})

    def as_text(self) -> str:
        return json.dumps(asdict(self))


def say(run: ImportRun, **changes: Any) -> Said:
    """Write what is said of an import, and return all of it."""
    said = replace(Said.of(run), **changes)
    run.said = said.as_text()
    run.save(update_fields=["said"])
    return said


def kind_of(run: ImportRun) -> SheetKind:
    return KINDS[run.kind]


def table_for(run: ImportRun, *, after: int = 0) -> Table:
    """The chosen sheet of an import, whose rows are read part by part; those `after` this number."""
    return table_of(
        partial(_rows, run),
        known=all_names(kind_of(run).headings),
        heading_row=Said.of(run).heading_row,
        after=after,
    )


def raw_of(run: ImportRun) -> bytes:
    """What was uploaded."""
    whole = io.BytesIO()  # joined, its parts would stand in memory twice
    for part in run.parts.filter(of=ImportPart.Of.FILE).order_by("number").iterator(1):
        whole.write(unpack(part.content))
    return whole.getvalue()


def top_rows(run: ImportRun, most: int) -> list[Row]:
    """The first rows of the sheet, titles and headings among them."""
    return list(islice(_rows(run, 0), most))


def _rows(run: ImportRun, after: int) -> Iterator[Row]:
    """Begins in the part that holds the row `after`: what is gone on with is not opened from the top."""
    parts = run.parts.filter(of=ImportPart.Of.ROWS).order_by("number")
    begun = parts.filter(number__lte=after).last()
    left = parts.filter(number__gte=begun.number if begun else 0)
    for pk in list(left.values_list("pk", flat=True)):
        for number, cells in json.loads(unpack(ImportPart.objects.get(pk=pk).content)):
            if number > after:
                yield Row(number, cells)


def remember(kind: str, headings: Sequence[str], choices: SheetChoices) -> None:
    """Keep what was said of a sheet for the next one of this kind with the same headings."""
    row = RememberedChoices(key=_key(kind, headings), choices=json.dumps(choices.as_json()))
    row.save()


def remembered(kind: str, headings: Sequence[str]) -> SheetChoices | None:
    """Return what was said of the last sheet of this kind with the same headings."""
    try:
        row = RememberedChoices.objects.filter(key=_key(kind, headings)).first()
    except WrongKey:
        return None
    return SheetChoices.from_json(json.loads(row.choices)) if row else None


def _key(kind: str, headings: Sequence[str]) -> str:
    text = "\0".join([kind, *map(normalize, headings)])
    return salted_hmac("mutualaid.import headings", text, algorithm="sha256").hexdigest()[:32]
