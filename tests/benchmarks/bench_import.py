"""A city's sheet, from the file to all matches: `python -m tests.benchmarks.bench_import [FILE]`.

Runs in a database of its own, made and thrown away. Each speed stands beside that of the plainest
way to do the same, measured on a part of the same rows in the same run.
"""

import os
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import django

from tests.benchmarks.sheets import KINDS, sheet_in
from tests.benchmarks.throwaway import throwaway_database

OFFERS = 2_000
OPTIONS = {
    "date_order": "dmy",
    "time_zone": "America/Port-au-Prince",
    "language": ["ht", "fr"],
    "category": [f"{name}={slug}" for name, slug in KINDS.items()],
}


def main(path: str) -> None:
    with TemporaryDirectory(prefix="mutualaid-bench-") as name:
        sheet = sheet_in(Path(name), path)
        os.environ |= {"DATA_DIR": name, "DJANGO_SETTINGS_MODULE": "mutualaid.settings"}
        django.setup()
        with throwaway_database():
            _import(sheet)
            _match()


def _import(sheet: Path) -> None:
    from django.core.management import call_command

    from requests_app.models import Need
    from tests.benchmarks.naive import needs_written_per_second, seconds

    areas = sheet.with_name("areas.csv")
    call_command("seed", verbosity=0)
    call_command("propose_localities", sheet, out=areas, parent="All")
    call_command("import_localities", areas)
    naive = needs_written_per_second(sheet)
    took = seconds(lambda: call_command("import_needs", sheet, **OPTIONS))
    count, rows = Need.objects.count(), _rows(sheet)
    print(f"== import: {took:.2f} s, {rows / took:,.0f} rows/s, {count / took:,.0f} needs/s")
    print(f"   one need at a time: {naive:,.0f} needs/s; ratio {count / took / naive:.1f}")


def _match() -> None:
    from django.core.management import call_command

    from mutualaid.importing.command_line.match_now import match_all_due
    from mutualaid.importing.command_line.terminal import progress
    from mutualaid.matching.models import Match
    from requests_app.models import Need
    from tests.benchmarks.naive import needs_looked_at_per_second

    call_command("generate_offers", OFFERS, really=True)
    naive = needs_looked_at_per_second()
    totals = match_all_due(progress)
    speed, unmatched = totals.needs_per_second, Need.objects.filter(matches=None).count()
    print(f"== all matches: {totals.seconds:.1f} s for {totals.needs:,} needs, {speed:.1f} needs/s")
    print(f"   {Match.objects.count():,} matches; needs without a match: {unmatched}")
    print(
        f"   a loop over all offers that only looks: {naive:.1f} needs/s; ratio {speed / naive:.1f}"
    )


def _rows(sheet: Path) -> int:
    from mutualaid.importing.sheets.files import read_table

    return sum(1 for _row in read_table(sheet).rows)


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else os.environ.get("NEEDS_CSV", ""))
