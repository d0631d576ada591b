from argparse import ArgumentParser
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, TypedDict, cast

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from mutualaid.importing.cells.dates import DATE_ORDERS
from mutualaid.importing.cells.lookups import read_category_map
from mutualaid.importing.command_line import terminal
from mutualaid.importing.command_line.match_now import match_all_due
from mutualaid.importing.command_line.whole_sheet import SheetResult, read_sheet
from mutualaid.importing.kinds.needs import (
    APART,
    HEADINGS,
    NeedReader,
    check_source,
    need_reader,
    zone_named,
)
from mutualaid.importing.mapping.choices import SheetChoices
from mutualaid.importing.mapping.headings import all_names
from mutualaid.importing.mapping.propose import language_of_the_site, propose
from mutualaid.importing.problems import FileProblem
from mutualaid.importing.sheets.files import read_table
from mutualaid.importing.sheets.table import Table, map_columns
from mutualaid.importing.unread_rows import sheet_name, write_unread


class Options(TypedDict):
    """What `Command.add_arguments` reads."""

    file: Path
    sheet: str
    column: list[str]
    encoding: str
    date_order: str
    time_zone: str
    category: list[str]
    categories: Path | None
    default_category: str
    place: list[str]
    area: str
    status: list[str]
    urgency: list[str]
    language: list[str] | None
    source: str | None
    leave_out: list[str]
    max_km: float
    read_first: bool
    dry_run: bool
    match: bool


class Command(BaseCommand):
    help = (
        "Read needs from a coordinator's spreadsheet: CSV, TSV or XLSX. It can be run again at any "
        "time: a row that is in already is left alone. Rows that cannot be read are written to "
        "FILE.unread.csv; correct them there and read that file with the same options. A row is "
        "one ask; with several categories, separated by ;, it has a need for each. Columns without "
        "a field are kept, encrypted, among the notes. What its status calls over is left out."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        terminal.add_sheet_options(parser)
        add = parser.add_argument
        add("--date-order", choices=DATE_ORDERS, default="", help="default: found in the dates")
        add("--time-zone", default=settings.TIME_ZONE, help="of the dates, as America/New_York")
        add("--category", action="append", default=[], metavar="NAME=SLUG", help="can be repeated")
        add("--categories", type=Path, metavar="MAP.csv", help="a file with columns name and slug")
        add("--default-category", default="", metavar="SLUG", help="for names that are not known")
        add("--place", action="append", default=[], metavar="NAME=SLUG", help="can be repeated")
        add("--area", default="", metavar="SLUG", help="of all rows that lead to no other area")
        add("--status", action="append", default=[], metavar="WORD=MEANING", help=_STATUS_HELP)
        add("--urgency", action="append", default=[], metavar="WORD=HOW_SOON", help=_URGENCY_HELP)
        add("--language", action="append", metavar="CODE", help="what people speak, if not said")
        add("--source", help="a name for this sheet; default: the name of the file")
        add("--leave-out", action="append", default=[], metavar="HEADING", help="do not keep this")
        add("--max-km", type=float, default=10.0, help="from a position to its area; default: 10")
        add("--read-first", action="store_true", help="a coordinator reads each need first")
        add("--dry-run", action="store_true", help="change nothing; say what would be done")
        add("--match", action="store_true", help="look for volunteers at once, in this process")

    def handle(self, **kwargs: Any) -> None:
        options = cast(Options, kwargs)
        with terminal.as_command_error():
            table = _table(options)
            reader = _reader(table, options)
            is_dry = options["dry_run"]
            with terminal.row_progress(sum(1 for _row in table.rows), "import") as advance:
                result = read_sheet(reader, table.rows, advance=advance, is_dry=is_dry)
            self._report(result, is_dry=is_dry)
            self._report_unread(result, table, options["file"])
        if options["match"] and not is_dry:
            self._match()

    def _report(self, result: SheetResult, *, is_dry: bool) -> None:
        if is_dry:
            line = _("Nothing was changed. To be imported: %(rows)d rows, as %(needs)d needs")
        else:
            line = _("Imported: %(rows)d rows, as %(needs)d needs")
        self._write_lines(line % {"rows": result.new, "needs": result.needs})
        self._write_lines(*terminal.existing_lines(result.existing))
        if result.left_out:
            self._write_lines(_("Over, left out: %d") % result.left_out)

    def _report_unread(self, result: SheetResult, table: Table, path: Path) -> None:
        unread = result.unread
        written = write_unread(path, table.headings, unread) if unread else None
        self._write_lines(*terminal.unread_lines(unread, written))
        if unread:
            self._write_lines(
                _(
                    "What a word means can be said, as --category NAME=SLUG; so with --place, --status and"
                    " --urgency. For all others: --default-category and --area."
                )
            )

    def _match(self) -> None:
        totals = match_all_due(terminal.progress)
        line = _("Matched: %(needs)d needs, %(matches)d matches, %(speed).0f needs a second")
        speed = totals.needs_per_second
        values = {"needs": totals.needs, "matches": totals.matches, "speed": speed}
        self._write_lines(line % values)

    def _write_lines(self, *lines: str) -> None:
        for line in lines:
            self.stdout.write(line)


_STATUS_HELP = "what a status means: open, read, leave_out, fulfilled or withdrawn; can be repeated"
_URGENCY_HELP = "how soon a word means: critical, high, normal or low; can be repeated"


def _table(options: Options) -> Table:
    return read_table(
        options["file"], options["encoding"], sheet=options["sheet"], known=all_names(HEADINGS)
    )


def _reader(table: Table, options: Options) -> NeedReader:
    read_map, pairs = options["categories"], terminal.parse_pairs
    mapping = read_category_map(read_map, options["encoding"]) if read_map else {}
    chosen = SheetChoices(
        source=check_source(options["source"] or sheet_name(options["file"])),
        columns=pairs(options["column"], "--column"),
        left_out=tuple(options["leave_out"]),
        date_order=options["date_order"],
        time_zone=options["time_zone"],
        categories=mapping | pairs(options["category"], "--category"),
        default_category=options["default_category"],
        areas=pairs(options["place"], "--place"),
        default_area=options["area"],
        max_km=options["max_km"],
        statuses=pairs(options["status"], "--status"),
        urgencies=pairs(options["urgency"], "--urgency"),
        languages=tuple(options["language"] or language_of_the_site()),
        read_first=options["read_first"],
    )
    if not chosen.languages:
        raise FileProblem(_("Which language do people speak who do not say? --language CODE"))
    zone_named(chosen.time_zone)
    map_columns(table, HEADINGS, chosen=chosen.columns, needed=())
    proposal = propose(table, HEADINGS, choices=chosen)
    if not proposal.is_order_sure and not options["date_order"]:
        raise FileProblem(
            _("Does the day or the month come first in its dates? --date-order dmy, or mdy")
        )
    date_order = options["date_order"] or proposal.choices.date_order
    apart = timedelta() if options["match"] else APART
    return need_reader(table, replace(proposal.choices, date_order=date_order), apart=apart)
