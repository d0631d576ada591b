"""Create or change areas from a sheet, by their slug, in whatever order its rows stand.

An area in which something is asked for is never moved by a sheet: its needs would lie somewhere else.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import validate_slug
from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from mutualaid.catalog.area_names import with_changes
from mutualaid.catalog.forms.area import LANGUAGE_OF
from mutualaid.catalog.models import LONGEST_NAME, Locality
from mutualaid.importing.cells.positions import Position, read_position
from mutualaid.importing.dry_run import JudgedRow, Made, Outcome, Seen
from mutualaid.importing.mapping import headings
from mutualaid.importing.mapping.choices import SheetChoices
from mutualaid.importing.names import in_ranges
from mutualaid.importing.problems import Reasons, Unread
from mutualaid.importing.sheets.table import Row, Sheet, Table, map_columns
from mutualaid.importing.unread_rows import UnreadRow
from mutualaid.people.models import User
from requests_app.models import Need

HEADINGS = headings.AREAS
LONGEST_SLUG = 80
AT_ONCE = 20_000
"""Rows. A parent may stand anywhere, so they are not divided."""

Parents = Mapping[str, str | None]
"""The slug of each area → the slug of what it is part of."""


@dataclass(frozen=True)
class AreaRow:
    """A row that was read. `parent` is a slug, None for none, "" where the file does not say."""

    row: Row
    slug: str
    name: str
    parent: str | None
    position: Position
    names: Mapping[str, str]
    """By language, of each that has a column; an empty one takes a name away."""


@dataclass
class AreaPlan:
    """What a file would do."""

    new: list[AreaRow] = field(default_factory=list)
    changed: list[AreaRow] = field(default_factory=list)
    same: list[AreaRow] = field(default_factory=list)
    unread: list[UnreadRow] = field(default_factory=list)


@dataclass(frozen=True)
class AreaReader:
    """Reads a sheet of areas at one go: a parent may stand below what is part of it."""

    sheet: Sheet
    batch_rows: ClassVar[int] = AT_ONCE

    def judge(self, rows: Sequence[Row], seen: Seen) -> list[JudgedRow[AreaRow]]:
        plan = plan_areas(Sheet(Table(self.sheet.table.headings, rows), self.sheet.columns))
        judged = [JudgedRow(a.row, Outcome.NEW, a.slug, a) for a in plan.new + plan.changed]
        judged += [JudgedRow(area.row, Outcome.EXISTING, area.slug) for area in plan.same]
        judged += [
            JudgedRow(item.row, Outcome.UNREAD, reasons=list(item.reasons)) for item in plan.unread
        ]
        return sorted(judged, key=lambda row: row.row.number)

    def write(
        self, rows: Sequence[JudgedRow[AreaRow]], *, by: User | None = None, before: int = 0
    ) -> dict[int, Made]:
        areas = [row.item for row in rows if row.item]
        return write_areas(areas)


def area_reader(table: Table, choices: SheetChoices) -> AreaReader:
    """Return what reads this sheet. Raises `FileProblem` where a column is missing."""
    needed = ["name", "lat", "lng"]
    return AreaReader(map_columns(table, HEADINGS, chosen=choices.columns, needed=needed))


def plan_areas(sheet: Sheet) -> AreaPlan:
    """Read every row and compare with the areas that exist, without writing anything."""
    existing = {area.slug: area for area in Locality.objects.select_related("parent")}
    parents = {slug: area.parent.slug if area.parent else None for slug, area in existing.items()}
    asked_in = set(Need.objects.order_by().values_list("locality__slug", flat=True).distinct())
    plan = AreaPlan()
    areas = _read_all(sheet, plan)
    _refuse_parents(areas, parents, plan)
    for area in areas.values():
        if area.parent == "":
            area = replace(area, parent=parents.get(area.slug))
        current = existing.get(area.slug)
        if current is None:
            plan.new.append(area)
            continue
        is_moved = (parents[area.slug], current.lat, current.lng) != (area.parent, *area.position)
        if is_moved and area.slug in asked_in:
            plan.unread.append(UnreadRow(area.row, [_never_moved(current)]))
        elif is_moved or (current.name, current.names) != (area.name, _names(area, current)):
            plan.changed.append(area)
        else:
            plan.same.append(area)
    plan.unread.sort(key=lambda item: item.row.number)
    return plan


def _names(area: AreaRow, before: Locality | None) -> dict[str, str]:
    return with_changes(before.names if before else {}, area.names)


def _never_moved(area: Locality) -> str:
    message = _(
        "“%(area)s” is here already, somewhere else, and people ask for help in it. It is not moved by a"
        " sheet. Is it another place? Give it another code. Has it moved? Change it on its own page."
    )
    return message % {"area": area.name}


@transaction.atomic
def write_areas(areas: Sequence[AreaRow]) -> dict[int, Made]:
    """Write these areas, all of them or none: first themselves, then what they are part of.

    Returns by the numbers of their rows what was made, with what stood there before. One that someone
    has asked in meanwhile is left as it is.
    """
    slugs = [area.slug for area in areas]
    locked = Locality.objects.select_for_update(of=("self",)).filter(slug__in=slugs)
    before = {row.slug: row for row in locked.order_by("pk")}
    asked_in = set(Need.objects.filter(locality__in=before.values()).values_list("locality__slug"))
    written = [area for area in areas if not ((area.slug,) in asked_in and _moves(area, before))]
    Locality.objects.bulk_create(
        [
            Locality(
                slug=area.slug,
                name=area.name,
                names=_names(area, before.get(area.slug)),
                lat=area.position.lat,
                lng=area.position.lng,
            )
            for area in written
        ],
        update_conflicts=True,
        unique_fields=["slug"],
        update_fields=["name", "names", "lat", "lng"],
    )
    slugs += [area.parent for area in written if area.parent]
    localities = {row.slug: row for row in Locality.objects.filter(slug__in=slugs)}
    for area in written:
        localities[area.slug].parent = localities[area.parent] if area.parent else None
    Locality.objects.bulk_update([localities[area.slug] for area in written], ["parent"])
    return {
        area.row.number: Made(localities[area.slug].pk, _as_json(before.get(area.slug)))
        for area in written
    }


def _moves(area: AreaRow, before: Mapping[str, Locality]) -> bool:
    current = before[area.slug]
    parent = current.parent.slug if current.parent else None
    return (parent, current.lat, current.lng) != (area.parent, *area.position)


def _as_json(area: Locality | None) -> str:
    if area is None:
        return ""
    names = ("name", "names", "parent_id", "lat", "lng")
    fields = {name: getattr(area, name) for name in names}
    return json.dumps(fields)


def _read_all(sheet: Sheet, plan: AreaPlan) -> dict[str, AreaRow]:
    """The rows that can be read, by slug; the others are noted in `plan.unread`."""
    areas: dict[str, AreaRow] = {}
    for row in sheet.table.rows:
        try:
            area = _read(sheet, row)
            first = areas.setdefault(area.slug, area)
            if first is not area:
                values = {"slug": area.slug, "number": first.row.number}
                raise Unread(_("The code “%(slug)s” stands in row %(number)d as well.") % values)
        except Unread as unread:
            plan.unread.append(UnreadRow(row, unread.reasons))
    return areas


def _read(sheet: Sheet, row: Row) -> AreaRow:
    """Raises `Unread` with all that stands in the way."""
    text, reasons = sheet.text, Reasons()
    reasons.read(lambda: sheet.check(row), None)
    name = reasons.read(lambda: _name(text(row, "name")), "")
    slug = reasons.read(lambda: _slug(text(row, "slug") or slugify(name)), "") if name else ""
    lat_lng = text(row, "lat"), text(row, "lng")
    position = reasons.read(lambda: _centre(*lat_lng), Position(0, 0))
    in_columns = {column: code for column, code in LANGUAGE_OF.items() if column in sheet.columns}
    names = {
        code: reasons.read(partial(_name, text(row, column), least=0), "")
        for column, code in in_columns.items()
    }
    reasons.refuse_if_any()
    parent = (text(row, "parent") or None) if "parent" in sheet.columns else ""
    return AreaRow(row, slug, name, parent, position, names)


def _centre(lat: str, lng: str) -> Position:
    position = read_position(lat, lng)
    if position is None:
        raise Unread(_("The latitude and longitude of the centre are missing."))
    return position


def _name(name: str, *, least: int = 1) -> str:
    if not least <= len(name) <= LONGEST_NAME:
        raise Unread(_("The name needs 1 to %d characters.") % LONGEST_NAME)
    return name


def _slug(slug: str) -> str:
    try:
        validate_slug(slug[: LONGEST_SLUG + 1])
    except ValidationError:
        slug = ""
    if not slug or len(slug) > LONGEST_SLUG:
        message = _("The code (slug) needs 1 to %d of these: a to z, 0 to 9, hyphen.")
        raise Unread(message % LONGEST_SLUG)
    return slug


def _refuse_parents(areas: dict[str, AreaRow], existing: Parents, plan: AreaPlan) -> None:
    """Take out of `areas` the rows whose parent does not exist or that are part of themselves.

    Repeated until none is left: what was taken out may have been the parent of another.
    """
    while True:
        stated = {slug: area.parent for slug, area in areas.items() if area.parent != ""}
        parents = {**existing, **stated}
        refused: dict[str, str] = {}
        for slug, area in areas.items():
            if area.parent and area.parent not in parents and area.parent not in areas:
                message = _("There is no area with the code “%s” for it to be part of.")
                refused[slug] = message % area.parent[:LONGEST_SLUG]
            elif ring := _ring(slug, parents):
                numbers = sorted(areas[s].row.number for s in ring if s in areas)
                message = _("It would be part of itself: rows %s go round in a ring.")
                refused[slug] = message % in_ranges(numbers)
        if not refused:
            return
        for slug, reason in refused.items():
            plan.unread.append(UnreadRow(areas.pop(slug).row, [reason]))


def _ring(slug: str, parents: Parents) -> list[str]:
    """The areas from `slug` up to itself again; empty when the way up ends."""
    path, parent = [slug], parents.get(slug)
    while parent and parent != slug and parent not in path:
        path.append(parent)
        parent = parents.get(parent)
    return path if parent == slug else []
