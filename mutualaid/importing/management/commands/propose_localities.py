from argparse import ArgumentParser, ArgumentTypeError
from dataclasses import astuple
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from mutualaid.boundary.csv_cells import write_rows
from mutualaid.catalog.models import Locality
from mutualaid.importing.cells.positions import Position, read_position
from mutualaid.importing.command_line import terminal
from mutualaid.importing.command_line.propose_areas import Proposal, propose
from mutualaid.importing.mapping.headings import NEEDS, all_names
from mutualaid.importing.problems import FileProblem, Unread
from mutualaid.importing.sheets.files import read_table
from mutualaid.importing.sheets.table import Sheet, map_columns
from mutualaid.importing.unread_rows import UnreadRow


class Command(BaseCommand):
    help = (
        "Propose areas from the positions and places in a needs file: squares of a "
        "neighbourhood's size, named as people call them; not where there is an area already. Read the "
        "file it writes, type the names that are missing, change what you know better, and read it in "
        "with import_localities."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        terminal.add_sheet_options(parser)
        parser.add_argument("--out", type=Path, required=True, metavar="LOCALITIES.csv")
        parser.add_argument("--km", type=_km, default=3.0, help="side of a square; default: 3")
        parser.add_argument("--parent", default="", metavar="NAME", help="what all are part of")

    def handle(
        self,
        *,
        file: Path,
        sheet: str,
        column: list[str],
        encoding: str,
        out: Path,
        km: float,
        parent: str,
        **_options: Any,
    ) -> None:
        with terminal.as_command_error():
            chosen = terminal.parse_pairs(column, "--column")
            table = read_table(file, encoding, sheet=sheet, known=all_names(NEEDS))
            mapped = map_columns(table, NEEDS, chosen=chosen, needed=["lat", "lng"])
            rows, unread = _positions(mapped)
            areas = Locality.objects.select_related("parent")
            proposals = propose(rows, km=km, parent=parent.strip(), existing=areas)
            _write(out, proposals)
        summary = _("Proposed: %(areas)d areas from %(rows)d rows, in %(file)s")
        values = {"areas": len(proposals), "rows": len(rows), "file": out}
        lines = [summary % values]
        if nameless := sum(not area.name for area in proposals):
            lines.append(_("Names to be typed: %d") % nameless)
        for line in [*lines, *terminal.unread_lines(unread, None)]:
            self.stdout.write(line)


def _positions(sheet: Sheet) -> tuple[list[tuple[Position, str]], list[UnreadRow]]:
    rows, unread = [], []
    for row in sheet.table.rows:
        try:
            sheet.check(row)
            position = read_position(sheet.text(row, "lat"), sheet.text(row, "lng"))
            if position is None:
                raise Unread(_("There is no position."))
            rows.append((position, sheet.text(row, "place")))
        except Unread as reason:
            unread.append(UnreadRow(row, reason.reasons))
    return rows, unread


def _write(path: Path, proposals: list[Proposal]) -> None:
    """Refuse a file that exists: someone may have worked on it."""
    try:
        with path.open("x", encoding="utf-8-sig", newline="") as file:
            write_rows(file, [[*Proposal.__dataclass_fields__], *map(astuple, proposals)])
    except FileExistsError:
        message = _("%(file)s is there already. Take it away, or choose another name.")
        raise FileProblem(message % {"file": path}) from None
    except OSError as error:
        message = _("%(file)s cannot be written: %(reason)s")
        raise FileProblem(message % {"file": path, "reason": error.strerror}) from None


def _km(text: str) -> float:
    try:
        km = float(text)
    except ValueError:
        km = 0.0
    if not 0.5 <= km <= 100:
        raise ArgumentTypeError("a square has 0.5 to 100 km")
    return km
