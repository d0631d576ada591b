"""A row of a sheet as the ask it tells of: one neighbour, and a need for each thing they asked for."""

from dataclasses import dataclass, field
from datetime import datetime, tzinfo

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import timezone
from django.utils.translation import gettext as _

from mutualaid.catalog.time_slots import NAMED, UnknownPart, from_words
from mutualaid.importing.columns import Sheet
from mutualaid.importing.dates import read_moment
from mutualaid.importing.kinds import Kinds, Tongues
from mutualaid.importing.places import Places
from mutualaid.importing.positions import read_position
from mutualaid.importing.problems import FileProblem, Unread
from mutualaid.importing.tables import Row
from requests_app.actions import ContactDetails, ImportedAsk, NeedDetails, Origin
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
"""Each field with the headings by which it is known."""

MOST_PEOPLE = 32_767


@dataclass(frozen=True)
class AskReader:
    """Reads the rows of one sheet, called `source`.

    Columns that belong to no field are kept in the notes, but for those left out.
    """

    sheet: Sheet
    source: str
    kinds: Kinds
    tongues: Tongues
    places: Places
    order: str
    zone: tzinfo
    left_out: list[str] = field(default_factory=list)

    def reference(self, row: Row) -> str:
        """The key of a row; raises `Unread` where it is empty or too long."""
        self.sheet.check(row)
        reference = self.sheet.text(row, "reference")
        if not reference:
            raise Unread(_("The reference is missing. It tells this row from all others."))
        longest = Ask._meta.get_field("reference").max_length or 0
        if len(reference) > longest:
            raise Unread(_("The reference is longer than %d characters.") % longest)
        return reference

    def read(self, row: Row) -> ImportedAsk:
        """One ask, with a need for each category; raises `Unread` with what stands in the way.

        All that a neighbour wrote is encrypted: what is needed goes with each need, the rest to the
        contact details.
        """
        text, reference = self.sheet.text, self.reference(row)
        kinds, unknown = self.kinds.find(text(row, "category"))
        position = read_position(text(row, "lat"), text(row, "lng"))
        place = self.places.find(text(row, "place"), position)
        languages = self.tongues.find(text(row, "language"))
        people, week_parts = self._people(row), self._week_parts(row)
        notes = self._notes(row, unknown)
        needs = [
            NeedDetails(
                category=kind,
                locality=place,
                people_count=people,
                week_parts=week_parts,
                notes=notes,
            )
            for kind in kinds
        ]
        return ImportedAsk(
            origin=Origin(self.source, reference, self._created(row)),
            needs=needs,
            contact=self._contact(row),
            languages=languages,
        )

    def _notes(self, row: Row, unknown: list[str]) -> str:
        text, others = self.sheet.text, self.sheet.others(row, but=self.left_out)
        told = [text(row, "needed"), text(row, "details"), "; ".join(unknown)]
        named = [f"{name}: {cell}" for name, cell in others]
        return "\n".join([*filter(None, told), *named])

    def _contact(self, row: Row) -> ContactDetails:
        text = self.sheet.text
        where = [text(row, "address"), text(row, "place")]
        return ContactDetails(
            name=text(row, "name"),
            phone=text(row, "phone"),
            email=self._email(row),
            address=", ".join(dict.fromkeys(part for part in where if part)),
        )

    def _email(self, row: Row) -> str:
        email = self.sheet.text(row, "email")
        try:
            validate_email(email or "nobody@example.org")
        except ValidationError:
            raise Unread(_("The e-mail address is not one.")) from None
        return email

    def _created(self, row: Row) -> datetime:
        moment = self.sheet.text(row, "created")
        return read_moment(moment, order=self.order, zone=self.zone) if moment else timezone.now()

    def _week_parts(self, row: Row) -> int:
        try:
            return from_words(self.sheet.text(row, "times"))
        except UnknownPart:
            known = ", ".join(str(words) for words in NAMED.values())
            raise Unread(_("The good times are not known. Known ones: %s") % known) from None

    def _people(self, row: Row) -> int | None:
        people = self.sheet.text(row, "people")
        if people and not (people.isdecimal() and 1 <= int(people[:9]) <= MOST_PEOPLE):
            raise Unread(_("The number of people is not a whole number from 1 on."))
        return int(people) if people else None


def check_source(source: str) -> str:
    """Return `source` when it fits; raises `FileProblem`."""
    longest = Ask._meta.get_field("source").max_length or 0
    if not source or len(source) > longest:
        words = _("The source needs a name of 1 to %d characters: --source NAME")
        raise FileProblem(words % longest)
    return source
