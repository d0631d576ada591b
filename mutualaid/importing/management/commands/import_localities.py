from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from mutualaid.importing.command_line import terminal
from mutualaid.importing.kinds.areas import HEADINGS, plan_areas, write_areas
from mutualaid.importing.mapping.headings import all_names
from mutualaid.importing.sheets.files import read_table
from mutualaid.importing.sheets.table import map_columns
from mutualaid.importing.unread_rows import write_unread


class Command(BaseCommand):
    help = (
        "Read areas from a sheet with the columns name, slug, parent, lat and lng. An area whose "
        "slug is there already is changed, but never moved where people ask for help in it; parents "
        "may stand in any order. A column “name es” holds the name in Spanish, and so for each language "
        "of the pages. It can be run again at any time. Rows that cannot be read are "
        "written to FILE.unread.csv."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        terminal.add_sheet_options(parser)
        parser.add_argument("--dry-run", action="store_true", help="change nothing")

    def handle(
        self,
        *,
        file: Path,
        sheet: str,
        column: list[str],
        encoding: str,
        dry_run: bool,
        **_options: Any,
    ) -> None:
        with terminal.as_command_error():
            chosen = terminal.parse_pairs(column, "--column")
            table = read_table(file, encoding, sheet=sheet, known=all_names(HEADINGS))
            needed = ["name", "lat", "lng"]
            plan = plan_areas(map_columns(table, HEADINGS, chosen=chosen, needed=needed))
            if dry_run:
                self.stdout.write(_("Nothing was changed. This would be done:"))
            else:
                write_areas(plan.new + plan.changed)
            written = write_unread(file, table.headings, plan.unread) if plan.unread else None
        lines = [
            _("Added: %d") % len(plan.new),
            _("Changed: %d") % len(plan.changed),
            _("Were there already: %d") % len(plan.same),
            *terminal.unread_lines(plan.unread, written),
        ]
        for line in lines:
            self.stdout.write(line)
