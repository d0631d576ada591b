"""Create or change areas from a sheet, by their slug, in whatever order its rows stand."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from django.core.exceptions import ValidationError
from django.core.validators import validate_slug
from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from mutualaid.catalog.models import Locality
from mutualaid.importing.cells import Position, read_position
from mutualaid.importing.sheet import Row, Sheet, Unread
from mutualaid.importing.text import in_ranges
from mutualaid.importing.unread_rows import UnreadRow

COLUMNS = {
    "name": ["name", "area", "locality"],
    "slug": ["slug", "code"],
    "parent": ["parent", "part of"],
    "lat": ["latitude", "lat"],
    "lng": ["longitude", "lng", "lon", "long"],
}
LONGEST_NAME, LONGEST_SLUG = 120, 80

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


@dataclass
class AreaPlan:
    """What a file would do."""

    new: list[AreaRow] = field(default_factory=list)
    changed: list[AreaRow] = field(default_factory=list)
    same: list[AreaRow] = field(default_factory=list)
    unread: list[UnreadRow] = field(default_factory=list)


def plan_areas(sheet: Sheet) -> AreaPlan:
    """Read every row and compare with the areas that exist, without writing anything."""
    existing = {area.slug: area for area in Locality.objects.select_related("parent")}
    parents = {slug: area.parent.slug if area.parent else None for slug, area in existing.items()}
    plan = AreaPlan()
    areas = _read_all(sheet, plan)
    _refuse_parents(areas, parents, plan)
    for area in areas.values():
        if area.parent == "":
            area = replace(area, parent=parents.get(area.slug))
        current = existing.get(area.slug)
        if current is None:
            plan.new.append(area)
        elif (current.name, parents[area.slug], current.lat, current.lng) == (
            area.name,
            area.parent,
            *area.position,
        ):
            plan.same.append(area)
        else:
            plan.changed.append(area)
    plan.unread.sort(key=lambda item: item.row.number)
    return plan


@transaction.atomic
def write_areas(plan: AreaPlan) -> None:
    """Write a plan, all of it or nothing: first the areas, then what they are part of."""
    areas = plan.new + plan.changed
    Locality.objects.bulk_create(
        [Locality(slug=a.slug, name=a.name, lat=a.position.lat, lng=a.position.lng) for a in areas],
        update_conflicts=True,
        unique_fields=["slug"],
        update_fields=["name", "lat", "lng"],
    )
    slugs = {area.slug for area in areas} | {area.parent for area in areas if area.parent}
    localities = {row.slug: row for row in Locality.objects.filter(slug__in=slugs)}
    for area in areas:
        localities[area.slug].parent = localities[area.parent] if area.parent else None
    Locality.objects.bulk_update([localities[area.slug] for area in areas], ["parent"])


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
        except Unread as reason:
            plan.unread.append(UnreadRow(row, str(reason)))
    return areas


def _read(sheet: Sheet, row: Row) -> AreaRow:
    sheet.check(row)
    name = sheet.text(row, "name")
    slug = sheet.text(row, "slug") or slugify(name)
    if not name or len(name) > LONGEST_NAME:
        raise Unread(_("The name needs 1 to %d characters.") % LONGEST_NAME)
    _check_slug(slug)
    position = read_position(sheet.text(row, "lat"), sheet.text(row, "lng"))
    if position is None:
        raise Unread(_("The latitude and longitude of the centre are missing."))
    parent = (sheet.text(row, "parent") or None) if "parent" in sheet.columns else ""
    return AreaRow(row, slug, name, parent, position)


def _check_slug(slug: str) -> None:
    try:
        validate_slug(slug[: LONGEST_SLUG + 1])
    except ValidationError:
        slug = ""
    if not slug or len(slug) > LONGEST_SLUG:
        message = _("The code (slug) needs 1 to %d of these: a to z, 0 to 9, hyphen.")
        raise Unread(message % LONGEST_SLUG)


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
            plan.unread.append(UnreadRow(areas.pop(slug).row, reason))


def _ring(slug: str, parents: Parents) -> list[str]:
    """The areas from `slug` up to itself again; empty when the way up ends."""
    path, parent = [slug], parents.get(slug)
    while parent and parent != slug and parent not in path:
        path.append(parent)
        parent = parents.get(parent)
    return path if parent == slug else []
