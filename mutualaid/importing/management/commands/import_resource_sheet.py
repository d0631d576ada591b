from argparse import ArgumentParser
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from mutualaid.importing.cells.dates import DATE_ORDERS
from mutualaid.importing.command_line import terminal
from mutualaid.importing.command_line.whole_sheet import read_sheet
from mutualaid.importing.kinds.resources import HEADINGS, ResourceReader, resource_reader
from mutualaid.importing.mapping.choices import SheetChoices
from mutualaid.importing.mapping.headings import all_names
from mutualaid.importing.mapping.propose import propose
from mutualaid.importing.problems import FileProblem
from mutualaid.importing.sheets.files import read_table
from mutualaid.importing.sheets.table import Table, map_columns
from mutualaid.importing.unread_rows import write_unread


class Command(BaseCommand):
    help = (
        "Read what is near from a sheet, CSV, TSV or XLSX, with the terms of HSDS as headings (its "
        "JSON: import_resources). A row with the id of a resource that is here changes it; an empty "
        "cell changes nothing. It can be run again at any time. Rows that cannot be read are written "
        "to FILE.unread.csv."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        terminal.add_sheet_options(parser)
        add = parser.add_argument
        add("--date-order", choices=DATE_ORDERS, default="", help="default: found in the dates")
        add("--category", action="append", default=[], metavar="NAME=SLUG", help="can be repeated")
        add("--default-category", default="", metavar="SLUG", help="for names that are not known")
        add("--place", action="append", default=[], metavar="NAME=SLUG", help="can be repeated")
        add("--area", default="", metavar="SLUG", help="of all rows that lead to no other area")
        add("--max-km", type=float, default=10.0, help="from a position to its area; default: 10")
        add("--dry-run", action="store_true", help="change nothing; say what would be done")

    def handle(self, *, file: Path, dry_run: bool, **options: Any) -> None:
        with terminal.as_command_error():
            known = all_names(HEADINGS)
            table = read_table(file, options["encoding"], sheet=options["sheet"], known=known)
            reader = _reader(table, options)
            with terminal.row_progress(sum(1 for _row in table.rows), "import") as advance:
                result = read_sheet(reader, table.rows, advance=advance, is_dry=dry_run)
            unread = result.unread
            written = write_unread(file, table.headings, unread) if unread else None
        done = _("Nothing was changed. To be imported: %d") if dry_run else _("Imported: %d")
        for line in (
            done % result.new,
            *terminal.existing_lines(result.existing),
            *terminal.unread_lines(unread, written),
        ):
            self.stdout.write(line)


def _reader(table: Table, options: dict[str, Any]) -> ResourceReader:
    chosen = SheetChoices(
        columns=terminal.parse_pairs(options["column"], "--column"),
        date_order=options["date_order"],
        categories=terminal.parse_pairs(options["category"], "--category"),
        default_category=options["default_category"],
        areas=terminal.parse_pairs(options["place"], "--place"),
        default_area=options["area"],
        max_km=options["max_km"],
    )
    map_columns(table, HEADINGS, chosen=chosen.columns, needed=())
    proposal = propose(table, HEADINGS, choices=chosen)
    if not proposal.is_order_sure and not chosen.date_order:
        raise FileProblem(
            _("Does the day or the month come first in its dates? --date-order dmy, or mdy")
        )
    date_order = chosen.date_order or proposal.choices.date_order
    return resource_reader(table, replace(proposal.choices, date_order=date_order))
