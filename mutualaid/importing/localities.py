"""Areas from a file: made or changed by their slug, in whatever order they stand there."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.core.validators import validate_slug
from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from mutualaid.catalog.models import Locality
from mutualaid.importing.columns import Sheet
from mutualaid.importing.positions import Position, read_position
from mutualaid.importing.problems import Unread
from mutualaid.importing.tables import Row
from mutualaid.importing.unread import UnreadRow
from mutualaid.importing.words import in_ranges

COLUMNS = {
    "name": ["name", "area", "locality"],
    "slug": ["slug", "code"],
    "parent": ["parent", "part of"],
    "lat": ["latitude", "lat"],
    "lng": ["longitude", "lng", "lon", "long"],
}
LONGEST_NAME, LONGEST_SLUG = 120, 80

Parents = Mapping[str, str | None]


@dataclass(frozen=True)
class Area:
    """A row that was read. `parent` is a slug, None for none, "" where the file does not say."""

    row: Row
    slug: str
    name: str
    parent: str | None
    position: Position


@dataclass
class AreaPlan:
    """What a file would do; the slugs of its areas stand for them."""

    new: list[Area] = field(default_factory=list)
    changed: list[Area] = field(default_factory=list)
    same: list[Area] = field(default_factory=list)
    unread: list[UnreadRow] = field(default_factory=list)


def plan_areas(sheet: Sheet) -> AreaPlan:
    """Read every row and compare with what is there, without writing anything."""
    here = {area.slug: area for area in Locality.objects.select_related("parent")}
    result = AreaPlan()
    areas = _read_all(sheet, result)
    parents = {slug: area.parent.slug if area.parent else None for slug, area in here.items()}
    _refuse_parents(areas, parents, result)
    for area in areas.values():
        kept = parents.get(area.slug) if area.parent == "" else area.parent
        final = Area(area.row, area.slug, area.name, kept, area.position)
        now = here.get(area.slug)
        if now is None:
            result.new.append(final)
        elif (now.name, parents[area.slug], now.lat, now.lng) == (
            final.name,
            kept,
            *final.position,
        ):
            result.same.append(final)
        else:
            result.changed.append(final)
    result.unread.sort(key=lambda item: item.row.number)
    return result


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
    wanted = {area.slug for area in areas} | {area.parent for area in areas if area.parent}
    rows = {row.slug: row for row in Locality.objects.filter(slug__in=wanted)}
    for area in areas:
        rows[area.slug].parent = rows[area.parent] if area.parent else None
    Locality.objects.bulk_update([rows[area.slug] for area in areas], ["parent"])


def _read_all(sheet: Sheet, result: AreaPlan) -> dict[str, Area]:
    areas: dict[str, Area] = {}
    for row in sheet.table.rows:
        try:
            area = _read(sheet, row)
            first = areas.setdefault(area.slug, area)
            if first is not area:
                said = {"slug": area.slug, "number": first.row.number}
                raise Unread(_("The code “%(slug)s” stands in row %(number)d as well.") % said)
        except Unread as reason:
            result.unread.append(UnreadRow(row, str(reason)))
    return areas


def _read(sheet: Sheet, row: Row) -> Area:
    sheet.check(row)
    name, parent = sheet.text(row, "name"), sheet.text(row, "parent")
    slug = sheet.text(row, "slug") or slugify(name)
    if not name or len(name) > LONGEST_NAME:
        raise Unread(_("The name needs 1 to %d characters.") % LONGEST_NAME)
    try:
        validate_slug(slug[: LONGEST_SLUG + 1])
    except ValidationError:
        slug = ""
    if not slug or len(slug) > LONGEST_SLUG:
        words = _("The code (slug) needs 1 to %d of these: a to z, 0 to 9, hyphen.")
        raise Unread(words % LONGEST_SLUG)
    position = read_position(sheet.text(row, "lat"), sheet.text(row, "lng"))
    if position is None:
        raise Unread(_("The latitude and longitude of the centre are missing."))
    said = (parent or None) if "parent" in sheet.columns else ""
    return Area(row, slug, name, said, position)


def _refuse_parents(areas: dict[str, Area], here: Parents, result: AreaPlan) -> None:
    """Take out rows whose parent is nowhere or that are part of themselves; then look again."""
    while True:
        above = {**here, **{slug: a.parent for slug, a in areas.items() if a.parent != ""}}
        why = {}
        for slug, area in areas.items():
            if area.parent and area.parent not in above and area.parent not in areas:
                words = _("There is no area with the code “%s” for it to be part of.")
                why[slug] = words % area.parent[:LONGEST_SLUG]
            elif ring := _ring(slug, above):
                numbers = sorted(areas[s].row.number for s in ring if s in areas)
                words = _("It would be part of itself: rows %s go round in a ring.")
                why[slug] = words % in_ranges(numbers)
        if not why:
            return
        for slug, reason in why.items():
            result.unread.append(UnreadRow(areas.pop(slug).row, reason))


def _ring(slug: str, above: Parents) -> list[str]:
    """The areas from `slug` up to itself again; empty when the way up ends."""
    way, parent = [slug], above.get(slug)
    while parent and parent != slug and parent not in way:
        way.append(parent)
        parent = above.get(parent)
    return way if parent == slug else []
