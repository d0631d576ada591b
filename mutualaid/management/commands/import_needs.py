from argparse import ArgumentParser
from pathlib import Path
from typing import Any, TypedDict, cast
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from mutualaid.catalog.models import Language, Locality
from mutualaid.importing import terminal
from mutualaid.importing.asks import (
    COLUMNS,
    AskReader,
    ImportPlan,
    check_source,
    plan_import,
    write_asks,
)
from mutualaid.importing.cells import DATE_ORDERS
from mutualaid.importing.lookups import (
    CategoryLookup,
    LanguageLookup,
    LocalityLookup,
    read_category_map,
)
from mutualaid.importing.matching import match_all_due
from mutualaid.importing.sheet import FileProblem, Sheet, map_columns, read_table
from mutualaid.importing.unread_rows import sheet_name, write_unread


class Options(TypedDict):
    """What `Command.add_arguments` reads."""

    file: Path
    column: list[str]
    encoding: str
    date_order: str
    time_zone: str
    category: list[str]
    categories: Path | None
    default_category: str
    language: list[str] | None
    source: str | None
    leave_out: list[str]
    max_km: float
    dry_run: bool
    match: bool


class Command(BaseCommand):
    help = (
        "Read needs from a coordinator's spreadsheet, saved as CSV. It can be run again at any "
        "time: a row that is in already is left alone. Rows that cannot be read are written to "
        "FILE.unread.csv; correct them there and read that file with the same options. A row is "
        "one ask; with several categories, separated by ;, it has a need for each. Columns without "
        "a field are kept, encrypted, among the notes."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        terminal.add_sheet_options(parser)
        add = parser.add_argument
        add("--date-order", choices=DATE_ORDERS, default="ymd", help="of days, months and years")
        add("--time-zone", default=settings.TIME_ZONE, help="of the dates, as America/New_York")
        add("--category", action="append", default=[], metavar="NAME=SLUG", help="can be repeated")
        add("--categories", type=Path, metavar="MAP.csv", help="a file with columns name and slug")
        add("--default-category", default="", metavar="SLUG", help="for names that are not known")
        add("--language", action="append", metavar="CODE", help="what people speak, if not said")
        add("--source", help="a name for this sheet; default: the name of the file")
        add("--leave-out", action="append", default=[], metavar="HEADING", help="do not keep this")
        add("--max-km", type=float, default=10.0, help="from a position to its area; default: 10")
        add("--dry-run", action="store_true", help="change nothing; say what would be done")
        add("--match", action="store_true", help="look for volunteers at once, in this process")

    def handle(self, **kwargs: Any) -> None:
        options = cast(Options, kwargs)
        with terminal.as_command_error():
            reader = _reader(options)
            plan = plan_import(reader)
            if options["dry_run"]:
                self._report_plan(plan)
            else:
                self._write(plan)
            self._report_unread(plan, reader.sheet, options["file"])
        if options["match"] and not options["dry_run"]:
            self._match()

    def _report_plan(self, plan: ImportPlan) -> None:
        needs = sum(len(ask.needs) for _row, ask in plan.new)
        line = _("Nothing was changed. To be imported: %(rows)d rows, as %(needs)d needs")
        self._write_lines(line % {"rows": len(plan.new), "needs": needs})
        self._write_lines(*terminal.existing_lines([row.number for row in plan.existing]))

    def _write(self, plan: ImportPlan) -> None:
        with terminal.row_progress(len(plan.new), "import") as advance:
            result = write_asks(plan, advance=advance)
        line = _("Imported: %(rows)d rows, as %(needs)d needs")
        self._write_lines(line % {"rows": len(result.written), "needs": result.needs})
        self._write_lines(*terminal.existing_lines(result.existing))

    def _report_unread(self, plan: ImportPlan, sheet: Sheet, path: Path) -> None:
        written = write_unread(path, sheet.table, plan.unread) if plan.unread else None
        self._write_lines(*terminal.unread_lines(plan.unread, written))

    def _match(self) -> None:
        totals = match_all_due(terminal.progress)
        line = _("Matched: %(needs)d needs, %(matches)d matches, %(speed).0f needs a second")
        speed = totals.needs_per_second
        values = {"needs": totals.needs, "matches": totals.matches, "speed": speed}
        self._write_lines(line % values)

    def _write_lines(self, *lines: str) -> None:
        for line in lines:
            self.stdout.write(line)


def _reader(options: Options) -> AskReader:
    encoding = options["encoding"]
    source = check_source(options["source"] or sheet_name(options["file"]))
    chosen = terminal.parse_pairs(options["column"], "--column")
    mapping = read_category_map(options["categories"], encoding) if options["categories"] else {}
    mapping |= terminal.parse_pairs(options["category"], "--category")
    needed = ["reference"] if options["default_category"] else ["reference", "category"]
    sheet = map_columns(
        read_table(options["file"], encoding), COLUMNS, chosen=chosen, needed=needed
    )
    return AskReader(
        sheet=sheet,
        source=source,
        categories=CategoryLookup(mapping, options["default_category"]),
        languages=LanguageLookup(options["language"] or _language_of_the_site()),
        localities=LocalityLookup(Locality.objects.all(), max_km=options["max_km"]),
        date_order=options["date_order"],
        zone=_zone(options["time_zone"]),
        left_out=options["leave_out"],
    )


def _language_of_the_site() -> list[str]:
    """No one is matched without a language, so there has to be one."""
    code = settings.LANGUAGE_CODE
    if not Language.objects.filter(code=code).exists():
        raise FileProblem(_("Which language do people speak who do not say? --language CODE"))
    return [code]


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        raise FileProblem(_("There is no time zone “%s”.") % name) from None
