"""How a row of a sheet becomes an ask, with a need for each category; and how a whole sheet comes in.

The sheet is read to its end first (`plan_import`), then written batch by batch (`write_asks`). Killed
at any moment and run again, it ends the same.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from itertools import islice

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import timezone
from django.utils.translation import gettext as _

from mutualaid.catalog.time_slots import NAMED, UnknownPart, from_words
from mutualaid.forms.typed_text import check_name
from mutualaid.importing.cells import read_moment, read_position
from mutualaid.importing.lookups import CategoryLookup, LanguageLookup, LocalityLookup
from mutualaid.importing.sheet import FileProblem, Row, Sheet, Unread
from mutualaid.importing.unread_rows import UnreadRow
from requests_app.actions import (
    ContactDetails,
    ImportedAsk,
    NeedDetails,
    Origin,
    import_asks,
)
from requests_app.models import Ask

COLUMNS = {
    "reference": ["reference", "ref", "id", "serial", "number", "no", "nr", "case", "ticket"],
    "created": ["submitted at", "created at", "asked at", "received", "date", "timestamp", "time"],
    "needed": ["what is needed", "needed", "need", "request", "title", "subject"],
    "details": ["details", "description", "message", "notes", "comment"],
    "category": ["categories", "category", "kind", "type"],
    "place": ["place", "location", "area", "neighbourhood", "neighborhood", "locality"],
    "lat": ["latitude", "lat"],
    "lng": ["longitude", "lng", "lon", "long"],
    "name": ["name", "first name", "full name"],
    "phone": ["phone", "phone number", "telephone", "mobile"],
    "email": ["e mail", "email", "email address", "mail"],
    "address": ["address", "street"],
    "language": ["language", "languages"],
    "times": ["good times", "times of the week"],
    "people": ["people", "household size", "how many people"],
}
"""Each field with the headings by which it is known, normalized."""

MOST_PEOPLE = 32_767
"""What `Need.people_count` can hold."""

BATCH_ROWS = 200
"""Rows in one transaction: few commits, and no one else waits long for the database."""


@dataclass(frozen=True)
class AskReader:
    """Reads the rows of one sheet, called `source`."""

    sheet: Sheet
    source: str
    categories: CategoryLookup
    languages: LanguageLookup
    localities: LocalityLookup
    date_order: str
    """One of `cells.DATE_ORDERS`."""
    zone: tzinfo
    """Of the dates."""
    left_out: list[str] = field(default_factory=list)
    """Headings of columns that are not kept. The others of no field go into the notes."""

    def reference(self, row: Row) -> str:
        """Return the key of a row.

        Raises `Unread` where it is empty, too long, or the row is damaged.
        """
        self.sheet.check(row)
        reference = self.sheet.text(row, "reference")
        if not reference:
            raise Unread(_("The reference is missing. It tells this row from all others."))
        longest = Ask._meta.get_field("reference").max_length or 0
        if len(reference) > longest:
            raise Unread(_("The reference is longer than %d characters.") % longest)
        return reference

    def read(self, row: Row) -> ImportedAsk:
        """Read one ask, with a need for each category, without writing anything.

        What is needed goes into the notes of each need, the rest to the contact details; both are
        stored encrypted. Lets `Unread` through, with what stands in the way.
        """
        text, reference = self.sheet.text, self.reference(row)
        categories, unknown = self.categories.find(text(row, "category"))
        position = read_position(text(row, "lat"), text(row, "lng"))
        locality = self.localities.find(text(row, "place"), position)
        languages = self.languages.find(text(row, "language"))
        people, week_parts = self._people(row), self._week_parts(row)
        notes = self._notes(row, unknown)
        needs = [
            NeedDetails(
                category=category,
                locality=locality,
                people_count=people,
                week_parts=week_parts,
                notes=notes,
            )
            for category in categories
        ]
        return ImportedAsk(
            origin=Origin(self.source, reference, self._created_at(row)),
            needs=needs,
            contact=self._contact(row),
            languages=languages,
        )

    def _notes(self, row: Row, unknown_categories: list[str]) -> str:
        text, others = self.sheet.text, self.sheet.other_cells(row, but=self.left_out)
        lines = [text(row, "needed"), text(row, "details"), "; ".join(unknown_categories)]
        lines += [f"{heading}: {cell}" for heading, cell in others]
        return "\n".join(line for line in lines if line)

    def _contact(self, row: Row) -> ContactDetails:
        text = self.sheet.text
        address_and_place = [text(row, "address"), text(row, "place")]
        return ContactDetails(
            name=self._name(row),
            phone=text(row, "phone"),
            email=self._email(row),
            address=", ".join(dict.fromkeys(part for part in address_and_place if part)),
        )

    def _name(self, row: Row) -> str:
        try:
            return check_name(self.sheet.text(row, "name"))
        except ValidationError as error:
            raise Unread(error.messages[0]) from None

    def _email(self, row: Row) -> str:
        email = self.sheet.text(row, "email")
        if not email:
            return ""
        try:
            validate_email(email)
        except ValidationError:
            raise Unread(_("The e-mail address is not one.")) from None
        return email

    def _created_at(self, row: Row) -> datetime:
        cell = self.sheet.text(row, "created")
        return read_moment(cell, order=self.date_order, zone=self.zone) if cell else timezone.now()

    def _week_parts(self, row: Row) -> int:
        try:
            return from_words(self.sheet.text(row, "times"))
        except UnknownPart:
            names = ", ".join(str(name) for name in NAMED.values())
            raise Unread(_("The good times are not known. Known ones: %s") % names) from None

    def _people(self, row: Row) -> int | None:
        people = self.sheet.text(row, "people")
        if people and not (people.isdecimal() and 1 <= int(people[:9]) <= MOST_PEOPLE):
            raise Unread(_("The number of people is not a whole number from 1 on."))
        return int(people) if people else None


@dataclass
class ImportPlan:
    """What is to be done with each row, found out without writing anything."""

    new: list[tuple[Row, ImportedAsk]] = field(default_factory=list)
    existing: list[Row] = field(default_factory=list)
    unread: list[UnreadRow] = field(default_factory=list)


def plan_import(reader: AskReader) -> ImportPlan:
    """Read every row. It exists already when an ask of the same source has its reference."""
    same_source = Ask.objects.filter(source=reader.source).exclude(reference="")
    existing = set(same_source.values_list("reference", flat=True))
    plan = ImportPlan()
    first_rows: dict[str, Row] = {}
    for row in reader.sheet.table.rows:
        try:
            reference = reader.reference(row)
            first = first_rows.setdefault(reference, row)
            if first is not row:
                raise Unread(_("The reference stands in row %d as well.") % first.number)
            if reference in existing:
                plan.existing.append(row)
            else:
                plan.new.append((row, reader.read(row)))
        except Unread as reason:
            plan.unread.append(UnreadRow(row, str(reason)))
    return plan


@dataclass(frozen=True)
class ImportResult:
    """Numbers of rows, ascending, and how many needs were written."""

    written: list[int]
    existing: list[int]
    """Were there before, or came in by another import meanwhile."""
    needs: int


def write_asks(plan: ImportPlan, *, advance: Callable[[int], object]) -> ImportResult:
    """Write the asks of a plan, each batch in a transaction of its own.

    `advance` is called after each batch with its number of rows. Lets `NotWritten` through.
    """
    written: list[int] = []
    existing, needs = [row.number for row in plan.existing], 0
    for batch in _batches(plan.new):
        new = import_asks([ask for _row, ask in batch])
        for row, ask in batch:
            if ask.origin.reference in new:
                written.append(row.number)
                needs += len(ask.needs)
            else:
                existing.append(row.number)
        advance(len(batch))
    return ImportResult(written, sorted(existing), needs)


def _batches(items: list[tuple[Row, ImportedAsk]]) -> Iterator[list[tuple[Row, ImportedAsk]]]:
    remaining = iter(items)
    while batch := list(islice(remaining, BATCH_ROWS)):
        yield batch


def check_source(source: str) -> str:
    """Return `source`. Raises `FileProblem` when it is empty or too long for `Ask.source`."""
    longest = Ask._meta.get_field("source").max_length or 0
    if not source or len(source) > longest:
        message = _("The source needs a name of 1 to %d characters: --source NAME")
        raise FileProblem(message % longest)
    return source
