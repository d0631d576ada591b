from argparse import ArgumentParser
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from mutualaid.catalog.models import Language, Locality
from mutualaid.importing import terminal
from mutualaid.importing.columns import Sheet, map_columns
from mutualaid.importing.dates import ORDERS
from mutualaid.importing.kinds import Kinds, Tongues, read_mapping
from mutualaid.importing.matching import match_all_due
from mutualaid.importing.needs import COLUMNS, AskReader, check_source
from mutualaid.importing.places import Places
from mutualaid.importing.problems import FileProblem
from mutualaid.importing.run import Plan, carry_out, plan
from mutualaid.importing.tables import read_table
from mutualaid.importing.unread import first_name, write_unread


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
        add("--date-order", choices=ORDERS, default="ymd", help="of days, months and years")
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

    def handle(self, **options: Any) -> None:
        with terminal.told_kindly():
            source = check_source(options["source"] or first_name(options["file"]))
            reader = _reader(options, source)
            todo = plan(reader)
            self._carry_out(todo, dry=options["dry_run"])
            self._report_unread(todo, reader.sheet, options["file"])
        if options["match"] and not options["dry_run"]:
            self._match()

    def _carry_out(self, todo: Plan, *, dry: bool) -> None:
        if dry:
            needs = sum(len(ask.needs) for _row, ask in todo.to_import)
            words = _("Nothing was changed. To be imported: %(rows)d rows, as %(needs)d needs")
            self._say(words % {"rows": len(todo.to_import), "needs": needs})
            self._say(*terminal.there_lines([row.number for row in todo.there]))
            return
        with terminal.bar(len(todo.to_import), "import") as step:
            done = carry_out(todo, step=step)
        words = _("Imported: %(rows)d rows, as %(needs)d needs")
        self._say(words % {"rows": len(done.rows), "needs": done.needs})
        self._say(*terminal.there_lines(done.there))

    def _report_unread(self, todo: Plan, sheet: Sheet, path: Path) -> None:
        written = write_unread(path, sheet.table, todo.unread) if todo.unread else None
        self._say(*terminal.unread_lines(todo.unread, written))

    def _match(self) -> None:
        done = match_all_due(terminal.progress)
        words = _("Matched: %(needs)d needs, %(matches)d matches, %(speed).0f needs a second")
        speed = done.needs_per_second
        self._say(words % {"needs": done.needs, "matches": done.matches, "speed": speed})

    def _say(self, *lines: str) -> None:
        for line in lines:
            self.stdout.write(line)


def _reader(options: dict[str, Any], source: str) -> AskReader:
    encoding = options["encoding"]
    chosen = terminal.pairs(options["column"], "--column")
    mapping = read_mapping(options["categories"], encoding) if options["categories"] else {}
    mapping |= terminal.pairs(options["category"], "--category")
    needed = ["reference"] if options["default_category"] else ["reference", "category"]
    sheet = map_columns(
        read_table(options["file"], encoding), COLUMNS, chosen=chosen, needed=needed
    )
    return AskReader(
        sheet=sheet,
        source=source,
        kinds=Kinds(mapping, options["default_category"]),
        tongues=Tongues(options["language"] or _language_of_the_site()),
        places=Places(Locality.objects.all(), max_km=options["max_km"]),
        order=options["date_order"],
        zone=_zone(options["time_zone"]),
        left_out=options["leave_out"],
    )


def _language_of_the_site() -> list[str]:
    """Nobody is matched without a language, so there has to be one."""
    code = settings.LANGUAGE_CODE
    if not Language.objects.filter(code=code).exists():
        raise FileProblem(_("Which language do people speak who do not say? --language CODE"))
    return [code]


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        raise FileProblem(_("There is no time zone “%s”.") % name) from None
