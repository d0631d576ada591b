"""How a row of a list becomes someone who is asked whether they want to help, and nothing before that."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext as _

from mutualaid.catalog.models import Category, Locality
from mutualaid.encryption.fingerprints import fingerprints
from mutualaid.importing.cells.lookups import CategoryLookup, LanguageLookup, LocalityLookup
from mutualaid.importing.cells.people import is_nothing, read_emails, read_name
from mutualaid.importing.cells.positions import read_position
from mutualaid.importing.dry_run import JudgedRow, Made, Seen, judge_each
from mutualaid.importing.kinds import ask_volunteers
from mutualaid.importing.mapping import headings
from mutualaid.importing.mapping.choices import SheetChoices
from mutualaid.importing.names import normalize
from mutualaid.importing.problems import Reasons, Unread
from mutualaid.importing.sheets.table import Row, Sheet, Table, map_columns
from mutualaid.people.models import AccountContactPoint, User

HEADINGS = headings.VOLUNTEERS
YES = {
    "yes",
    "y",
    "true",
    "1",
    "x",
    "si",
    "oui",
    "ja",
    "sim",
    "wi",
    "نعم",
    "car",
    "van",
    "truck",
    "own car",
}


@dataclass(frozen=True)
class VolunteerReader:
    """Reads the rows of one list. A volunteer is known by their e-mail."""

    sheet: Sheet
    categories: CategoryLookup
    languages: LanguageLookup
    localities: LocalityLookup
    batch_rows: ClassVar[int] = 50

    def judge(
        self, rows: Sequence[Row], seen: Seen
    ) -> list[JudgedRow[ask_volunteers.ListedVolunteer]]:
        return judge_each(rows, self, seen)

    def write(
        self,
        rows: Sequence[JudgedRow[ask_volunteers.ListedVolunteer]],
        *,
        by: User | None = None,
        before: int = 0,
    ) -> dict[int, Made]:
        made = {row.row.number: ask_volunteers.ask(row.item) for row in rows if row.item}
        return {number: Made(user.pk) for number, user in made.items() if user}

    def reference(self, row: Row) -> str:
        """Return a fingerprint of the e-mail. Raises `Unread` where there is none."""
        self.sheet.check(row)
        email = read_emails(self.sheet.text(row, "email")).email
        if not email:
            raise Unread(_("There is no e-mail, so we cannot ask them whether they want to help."))
        return _reference(email)

    def existing(self, rows: Mapping[str, Row]) -> set[str]:
        """Someone is here already when an account has their e-mail."""
        emails = {
            key: read_emails(self.sheet.text(row, "email")).email for key, row in rows.items()
        }
        marks = {key: fingerprints(email) for key, email in emails.items()}
        every_mark = set().union(*marks.values())
        points = AccountContactPoint.objects.filter(fingerprint__in=every_mark)
        taken = set(points.values_list("fingerprint", flat=True))
        accounts = User.objects.filter(email__in=emails.values()).values_list("email", flat=True)
        existing = {_reference(email) for email in accounts if email}
        return existing | {key for key, own in marks.items() if own & taken}

    def says_twice(self, first: int) -> str:
        return _("The e-mail stands in row %d as well.") % first

    def read(self, row: Row, reference: str) -> ask_volunteers.ListedVolunteer | None:
        """Read what someone offers; None where they have said that they do not want to be written to."""
        reasons, text = Reasons(), self.sheet.text
        whole_name = " ".join(filter(None, (text(row, "name"), text(row, "surname"))))
        name = reasons.read(lambda: read_name(whole_name), "")
        categories = reasons.read(lambda: self._categories(row), [])
        locality = reasons.read(lambda: self._locality(row), None)
        languages = reasons.read(lambda: self.languages.find(text(row, "language")), [])
        reasons.refuse_if_any()
        email = read_emails(text(row, "email")).email
        if locality is None or ask_volunteers.has_said_no(email):
            return None
        return ask_volunteers.ListedVolunteer(
            email=email,
            name=name[:60],
            categories=categories,
            locality=locality,
            languages=languages,
            has_vehicle=normalize(text(row, "vehicle")) in YES,
        )

    def _categories(self, row: Row) -> list[Category]:
        cell = self.sheet.text(row, "category")
        return self.categories.find("" if is_nothing(cell) else cell)[0]

    def _locality(self, row: Row) -> Locality:
        text = self.sheet.text
        position = read_position(text(row, "lat"), text(row, "lng"))
        return self.localities.find(text(row, "place"), position)


def _reference(email: str) -> str:
    return min(fingerprints(email), default="")


def volunteer_reader(table: Table, choices: SheetChoices) -> VolunteerReader:
    """Return what reads this list. Raises `FileProblem` where a choice leads to nothing."""
    needed = ["email"] if choices.default_category else ["email", "category"]
    return VolunteerReader(
        sheet=map_columns(table, HEADINGS, chosen=choices.columns, needed=needed),
        categories=CategoryLookup(choices.categories, choices.default_category),
        languages=LanguageLookup(choices.languages),
        localities=choices.locality_lookup(),
    )
