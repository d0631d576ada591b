"""How a row of a directory becomes a resource, in the terms of HSDS; by its id it is changed later.

An empty cell says nothing: what is known of the resource stays.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from typing import Any, ClassVar, NamedTuple, cast
from uuid import UUID

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError, transaction
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from mutualaid.catalog.models import Category, Language, Locality
from mutualaid.importing.cells.choices import IN_USE_WORDS, LONGEST_WORD, group_words
from mutualaid.importing.cells.dates import read_day
from mutualaid.importing.cells.lookups import CategoryLookup, LanguageLookup, LocalityLookup
from mutualaid.importing.cells.people import is_nothing
from mutualaid.importing.cells.positions import read_position
from mutualaid.importing.dry_run import JudgedRow, Made, Outcome, Seen, judge_each, same_reference
from mutualaid.importing.mapping import headings
from mutualaid.importing.mapping.choices import SheetChoices
from mutualaid.importing.names import normalize, parts_of
from mutualaid.importing.problems import Reasons, Unread
from mutualaid.importing.sheets.table import Row, Sheet, Table, map_columns
from mutualaid.people.models import User
from mutualaid.resources.actions import MANY_TO_MANY, Upserted, Values, changes_by, upsert_resource
from mutualaid.resources.hsds import service_id, stable_id
from mutualaid.resources.models import Resource, ResourceKind
from mutualaid.resources.versions import version_of

HEADINGS = headings.RESOURCES
TEXTS = {
    "name": "name",
    "organization": "organization",
    "details": "description",
    "address": "address",
    "hours": "hours",
    "eligibility": "eligibility",
    "cost": "cost",
    "phone": "phone",
    "email": "email",
    "website": "website",
}
"""Columns that are kept as they are, and what they are called in the directory."""
IDENTIFYING = ("name", "organization", "address", "place")
"""Fields by which a row without an id is known."""


class Versions(NamedTuple):
    """What an import made of a resource, and what it was before; "" where there was none."""

    was: str
    became: str

    def as_json(self) -> str:
        return json.dumps(self)

    @classmethod
    def from_json(cls, stored: str) -> "Versions":
        return cls(*json.loads(stored))


@dataclass(frozen=True)
class ListedResource:
    identity: UUID
    values: Values
    is_new: bool
    """Whether it says anything that is not known yet."""


@dataclass(frozen=True)
class ResourceReader:
    """Reads the rows of one directory. `known` are the resources of these rows that are here already."""

    sheet: Sheet
    choices: SheetChoices
    categories: CategoryLookup
    languages: LanguageLookup
    localities: LocalityLookup
    known: Mapping[UUID, Resource] = field(default_factory=dict)
    batch_rows: ClassVar[int] = 50

    def judge(self, rows: Sequence[Row], seen: Seen) -> list[JudgedRow[ListedResource]]:
        """A row is here already when it says nothing that is not known of its resource."""
        identities = [self._identity(row) for row in rows]
        here = Resource.objects.with_all().filter(public_id__in=identities)
        reader = replace(self, known={resource.public_id: resource for resource in here})
        judged = judge_each(rows, reader, seen)
        return [
            replace(row, outcome=Outcome.EXISTING, item=None)
            if row.item and not row.item.is_new
            else row
            for row in judged
        ]

    def write(
        self, rows: Sequence[JudgedRow[ListedResource]], *, by: User | None = None, before: int = 0
    ) -> dict[int, Made]:
        items = {row.row.number: row.item for row in rows if row.item}
        try:
            return _write_all(items, by)
        except IntegrityError:  # someone else reads the same file just now: its resources are here
            return _write_all(items, by)

    def reference(self, row: Row) -> str:
        """Return the id of the resource. Raises `Unread` for a damaged row."""
        self.sheet.check(row)
        return str(self._identity(row))

    def existing(self, rows: Mapping[str, Row]) -> set[str]:
        """None by its reference alone: it may say something new."""
        return set()

    def says_twice(self, first: int) -> str:
        return same_reference(first)

    def read(self, row: Row, reference: str) -> ListedResource:
        """Read what a row says of a resource. Raises `Unread` with all that stands in the way."""
        reasons, identity = Reasons(), self._identity(row)
        parts = {
            "categories": lambda: self._categories(row),
            "locality": lambda: self._locality(row),
            "languages": lambda: self._languages(row),
            "kind": lambda: self._kind(row),
            "is_active": lambda: self._is_active(row),
            "checked_on": lambda: self._checked_on(row),
        }
        values: dict[str, Any] = {name: reasons.read(part, None) for name, part in parts.items()}
        values["areas"] = reasons.read(lambda: self._areas(row, values["locality"]), None)
        values |= {name: self.sheet.text(row, column) for column, name in TEXTS.items()}
        values["to_bring"] = "\n".join(parts_of(self.sheet.text(row, "to_bring")))
        given = {name: value for name, value in values.items() if value not in (None, "", [])}
        changes = reasons.read(lambda: self._changes(identity, given, reasons), {})
        reasons.refuse_if_any()
        return ListedResource(identity, cast(Values, given), is_new=bool(changes))

    def _identity(self, row: Row) -> UUID:
        if own := self.sheet.text(row, "reference"):
            return service_id(own)
        return stable_id("row", *(normalize(self.sheet.text(row, name)) for name in IDENTIFYING))

    def _changes(
        self, identity: UUID, given: Mapping[str, Any], unread: Sequence[str]
    ) -> dict[str, Any]:
        """Raises `Unread` with all that the directory refuses, but no list as missing that was not read."""
        try:
            return changes_by(cast(Values, given), self.known.get(identity))
        except ValidationError as error:
            refused = error.message_dict
        if unread:
            refused = {
                n: told for n, told in refused.items() if n in given or n not in MANY_TO_MANY
            }
        raise Unread(*(_of(name, text) for name, texts in refused.items() for text in texts))

    def _categories(self, row: Row) -> list[Category]:
        """A resource that is known keeps its kinds where the row names none."""
        cell = self.sheet.text(row, "category")
        if is_nothing(cell) and self._is_known(row):
            return []
        return self.categories.find(cell)[0]

    def _locality(self, row: Row) -> Locality | None:
        """The area of its place; none for what has no place, such as a phone line."""
        text = self.sheet.text
        position = read_position(text(row, "lat"), text(row, "lng"))
        place = text(row, "place")
        return None if is_nothing(place) and not position else self.localities.find(place, position)

    def _areas(self, row: Row, near: Locality | None) -> list[Locality]:
        """For whoever lives where: as the row says, or else near its place."""
        names = parts_of(self.sheet.text(row, "areas"))
        if not names and self._is_known(row):
            return []
        if not names and near:
            return [near]
        reasons = Reasons()
        found = [
            reasons.read(partial(self.localities.find, name, None), None) for name in names or [""]
        ]
        reasons.refuse_if_any()
        return list(dict.fromkeys(filter(None, found)))

    def _languages(self, row: Row) -> list[Language]:
        return self.languages.find(self.sheet.text(row, "language"))

    def _kind(self, row: Row) -> ResourceKind | None:
        cell = self.sheet.text(row, "group")
        if is_nothing(cell):
            return None
        if kind := group_words().get(normalize(cell)):
            return kind
        known = ", ".join(str(kind.label) for kind in ResourceKind)
        message = _("There is no kind of group “%(name)s”. Known ones: %(known)s")
        raise Unread(message % {"name": cell[:LONGEST_WORD], "known": known})

    def _is_active(self, row: Row) -> bool | None:
        cell = self.sheet.text(row, "status")
        if not cell:
            return None
        if (is_active := IN_USE_WORDS.get(normalize(cell))) is None:
            message = _("The status is “active” or “inactive”, not “%s”.")
            raise Unread(message % cell[:LONGEST_WORD])
        return is_active

    def _checked_on(self, row: Row) -> date | None:
        cell = self.sheet.text(row, "checked_on")
        return None if is_nothing(cell) else read_day(cell, order=self.choices.date_order)

    def _is_known(self, row: Row) -> bool:
        return self._identity(row) in self.known


@transaction.atomic
def _write_all(items: Mapping[int, ListedResource], by: User | None) -> dict[int, Made]:
    """Write in one order, whatever that of the sheet: two at once never wait for each other."""
    made = {}
    for number, item in sorted(items.items(), key=lambda pair: pair[1].identity):
        rows = Resource.objects.filter(public_id=item.identity)
        known = rows.select_for_update(of=("self",)).first()
        was = version_of(known) if known else ""
        if upsert_resource(item.identity, item.values, by=by) != Upserted.SAME:
            resource = rows.get()
            versions = Versions(was, version_of(resource))
            made[number] = Made(resource.pk, versions.as_json())
    return made


def _of(name: str, message: str) -> str:
    """A sentence of the directory with the field that it is about."""
    if name == NON_FIELD_ERRORS:
        return message
    label = getattr(Resource._meta.get_field(name), "verbose_name", name)
    return f"{capfirst(str(label))}: {message}"


def resource_reader(table: Table, choices: SheetChoices) -> ResourceReader:
    """Return what reads this directory. Raises `FileProblem` where a choice leads to nothing."""
    needed = ["name"] if choices.default_category else ["name", "category"]
    return ResourceReader(
        sheet=map_columns(table, HEADINGS, chosen=choices.columns, needed=needed),
        choices=choices,
        categories=CategoryLookup(choices.categories, choices.default_category),
        languages=LanguageLookup(()),
        localities=choices.locality_lookup(),
    )
