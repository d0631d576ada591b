"""How a row of a sheet becomes an ask, with a need for each category."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import ClassVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from mutualaid.catalog.models import Locality
from mutualaid.catalog.time_slots import ANY_TIME, NAMED, UnknownPart, from_words
from mutualaid.importing.cells.choices import (
    Fate,
    WordLookup,
    fates,
    refuse_unknown_fate,
    status_words,
    urgencies,
    urgency_words,
)
from mutualaid.importing.cells.dates import read_day, read_moment
from mutualaid.importing.cells.lookups import CategoryLookup, LanguageLookup, LocalityLookup
from mutualaid.importing.cells.people import (
    Household,
    is_nothing,
    read_emails,
    read_household,
    read_name,
    read_phone,
)
from mutualaid.importing.cells.positions import read_position
from mutualaid.importing.dry_run import JudgedRow, Made, Seen, judge_each, same_reference, same_row
from mutualaid.importing.mapping import headings
from mutualaid.importing.mapping.choices import SheetChoices
from mutualaid.importing.problems import FileProblem, Reasons, Unread
from mutualaid.importing.sheets.table import Row, Sheet, Table, map_columns
from mutualaid.people.models import User
from requests_app.actions import (
    ContactDetails,
    ImportedAsk,
    NeedDetails,
    Origin,
    import_asks,
)
from requests_app.lifecycle.actors import IMPORT, Actor, Kind
from requests_app.models import Ask
from requests_app.states import CloseReason, Urgency

HEADINGS = headings.NEEDS
IDENTIFYING = (
    "created", "name", "surname", "phone", "email", "address", "place", "category", "needed", "details"
)  # fmt: skip
"""Fields by which a row without a reference is known. Its status is none: it changes."""
WAYS_TO_REACH = ("phone", "email", "address")
CLOSED = {Fate.FULFILLED: CloseReason.FULFILLED, Fate.WITHDRAWN: CloseReason.WITHDRAWN}
APART = timedelta(seconds=20)
"""Between two imported needs that are open: a sheet of hundreds does not invite everyone in one hour."""


@dataclass(frozen=True)
class NeedReader:
    """Reads the rows of one sheet, called `source`."""

    sheet: Sheet
    choices: SheetChoices
    categories: CategoryLookup
    languages: LanguageLookup
    localities: LocalityLookup
    statuses: WordLookup[Fate]
    urgencies: WordLookup[Urgency]
    zone: ZoneInfo
    apart: timedelta = APART
    batch_rows: ClassVar[int] = 200
    """Few commits, and no one else waits long for the database."""

    def judge(self, rows: Sequence[Row], seen: Seen) -> list[JudgedRow[ImportedAsk]]:
        return judge_each(rows, self, seen)

    def write(
        self, rows: Sequence[JudgedRow[ImportedAsk]], *, by: User | None = None, before: int = 0
    ) -> dict[int, Made]:
        """Write asks in one transaction. Lets `NotWritten` through."""
        asks = [row.item for row in rows if row.item]
        first_look = timezone.now() + before * self.apart
        actor = Actor(Kind.IMPORT, by) if by else IMPORT
        made = import_asks(asks, by=actor, first_look=first_look, apart=self.apart)
        return {row.row.number: Made(made[row.reference]) for row in rows if row.reference in made}

    def reference(self, row: Row) -> str:
        """Return the key of a row: its reference, or else a keyed hash of who asked what and when.

        Raises `Unread` where it is empty, too long, or the row is damaged.
        """
        self.sheet.check(row)
        if "reference" not in self.sheet.columns:
            said = "\0".join(self.sheet.text(row, name) for name in IDENTIFYING)
            return salted_hmac("mutualaid.import row", said, algorithm="sha256").hexdigest()[:32]
        reference = self.sheet.text(row, "reference")
        if not reference:
            raise Unread(_("The reference is missing. It tells this row from all others."))
        longest = Ask._meta.get_field("reference").max_length or 0
        if len(reference) > longest:
            raise Unread(_("The reference is longer than %d characters.") % longest)
        return reference

    def existing(self, rows: Mapping[str, Row]) -> set[str]:
        """A row is here already when an ask of the same source has its reference."""
        same = Ask.objects.filter(source=self.choices.source, reference__in=list(rows))
        return set(same.values_list("reference", flat=True))

    def says_twice(self, first: int) -> str:
        return (same_reference if "reference" in self.sheet.columns else same_row)(first)

    def read(self, row: Row, reference: str) -> ImportedAsk | None:
        """Read one ask, with a need for each category; None for what is over and left out.

        What is needed goes into the notes of each need, the rest to the contact details; both are
        stored encrypted. Raises `Unread` with all that stands in the way.
        """
        reasons, text = Reasons(), self.sheet.text
        fate = reasons.read(lambda: self._fate(row), Fate.OPEN)
        if fate == Fate.LEAVE_OUT:
            return None
        categories, unknown = reasons.read(
            lambda: self.categories.find(text(row, "category")), ([], [])
        )
        locality = reasons.read(lambda: self._locality(row), None)
        languages = reasons.read(lambda: self.languages.find(text(row, "language")), [])
        week_parts = reasons.read(lambda: self._week_parts(row), 0)
        created_at = reasons.read(lambda: self._created_at(row), timezone.now())
        contact = reasons.read(lambda: self._contact(row), ContactDetails())
        needed_by = reasons.read(lambda: self._needed_by(row), None)
        people = read_household(text(row, "people"))
        reasons.refuse_if_any()
        if locality is None:
            raise Unread(_("The area is missing."))
        urgency = self.urgencies.find(text(row, "urgency"))
        notes = self._notes(row, unknown, people, fate, needed_by)
        needs = [
            NeedDetails(
                category=category,
                locality=locality,
                urgency=urgency or Urgency.NORMAL,
                needed_by=needed_by,
                people_count=people.number,
                week_parts=week_parts,
                notes=notes,
            )
            for category in categories
        ]
        return ImportedAsk(
            origin=Origin(self.choices.source, reference, created_at),
            needs=needs,
            contact=contact,
            languages=languages,
            read_first=self.choices.read_first or fate == Fate.READ,
            closed=CLOSED.get(fate),
        )

    def _fate(self, row: Row) -> Fate:
        status = self.sheet.text(row, "status")
        fate = Fate.OPEN if is_nothing(status) else self.statuses.find(status)
        if fate is None:
            refuse_unknown_fate(status)
        return fate or Fate.OPEN

    def _locality(self, row: Row) -> Locality:
        text = self.sheet.text
        position = read_position(text(row, "lat"), text(row, "lng"))
        return self.localities.find(text(row, "place"), position)

    def _notes(
        self,
        row: Row,
        unknown_categories: list[str],
        people: Household,
        fate: Fate,
        needed_by: date | None,
    ) -> str:
        """All that was said and has no field of its own. What a field could not take keeps its heading."""
        text = self.sheet.text
        lines = [text(row, "needed"), text(row, "details"), "; ".join(unknown_categories)]
        kept = {"people": people.words, "email": read_emails(text(row, "email")).words}
        urgency = text(row, "urgency")
        if not is_nothing(urgency) and self.urgencies.find(urgency) is None:
            kept["urgency"] = urgency
        if fate == Fate.READ:
            kept["status"] = text(row, "status")
        if needed_by is None:
            kept["needed_by"] = text(row, "needed_by")
        titles = self.sheet.table.headings
        lines += [f"{titles[self.sheet.columns[name]]}: {w}" for name, w in kept.items() if w]
        others = self.sheet.other_cells(row, but=self.choices.left_out)
        lines += [f"{heading}: {cell}" for heading, cell in others]
        return "\n".join(line for line in lines if line)

    def _contact(self, row: Row) -> ContactDetails:
        """Raises `Unread` for a name or a phone that cannot be kept, and for a row that no one can reach.

        A sheet that has no column for phones, e-mails and addresses has another way to its people.
        """
        text, reasons = self.sheet.text, Reasons()
        whole_name = " ".join(filter(None, (text(row, "name"), text(row, "surname"))))
        name = reasons.read(lambda: read_name(whole_name), "")
        phone = reasons.read(lambda: read_phone(text(row, "phone")), "?")
        email = read_emails(text(row, "email")).email
        street = "" if is_nothing(text(row, "address")) else text(row, "address")
        has_ways = any(way in self.sheet.columns for way in WAYS_TO_REACH)
        if has_ways and not (phone or email or street):
            reasons.append(_("No one can reach them: there is no phone, e-mail or address."))
        reasons.refuse_if_any()
        parts = dict.fromkeys(part for part in (street, text(row, "place")) if part)
        return ContactDetails(name=name, phone=phone, email=email, address=", ".join(parts))

    def _created_at(self, row: Row) -> datetime:
        cell = self.sheet.text(row, "created")
        if not cell:
            return timezone.now()
        return read_moment(cell, order=self.choices.date_order, zone=self.zone)

    def _needed_by(self, row: Row) -> date | None:
        """The last day that helps; None for one that is over, whose words go into the notes."""
        cell = self.sheet.text(row, "needed_by")
        if is_nothing(cell):
            return None
        day = read_day(cell, order=self.choices.date_order)
        return day if day >= timezone.localdate() else None

    def _week_parts(self, row: Row) -> int:
        words = self.sheet.text(row, "times")
        if not words:
            return ANY_TIME
        try:
            return from_words(words)
        except UnknownPart:
            names = ", ".join(str(name) for name in NAMED.values())
            raise Unread(_("The good times are not known. Known ones: %s") % names) from None


def need_reader(table: Table, choices: SheetChoices, *, apart: timedelta = APART) -> NeedReader:
    """Return what reads this sheet as these choices say.

    `apart` is how long after one need the next one is looked at by the matcher. Raises `FileProblem`
    where a choice leads to nothing: a column, a category, an area, a language, a time zone.
    """
    needed = [] if choices.default_category else ["category"]
    sheet = map_columns(table, HEADINGS, chosen=choices.columns, needed=needed)
    return NeedReader(
        sheet=sheet,
        choices=choices,
        categories=CategoryLookup(choices.categories, choices.default_category),
        languages=LanguageLookup(choices.languages),
        localities=choices.locality_lookup(),
        statuses=WordLookup(status_words(), fates(choices.statuses)),
        urgencies=WordLookup(urgency_words(), urgencies(choices.urgencies)),
        zone=zone_named(choices.time_zone),
        apart=apart,
    )


def zone_named(name: str) -> ZoneInfo:
    """Return a time zone. Raises `FileProblem` where there is none of this name."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        raise FileProblem(_("There is no time zone “%s”.") % name) from None


def check_source(source: str) -> str:
    """Return `source`. Raises `FileProblem` when it is empty or too long for `Ask.source`."""
    longest = Ask._meta.get_field("source").max_length or 0
    if not source or len(source) > longest:
        message = _("The source needs a name of 1 to %d characters: --source NAME")
        raise FileProblem(message % longest)
    return source
