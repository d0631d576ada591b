"""A large sheet in the browser's way: `python -m tests.benchmarks.bench_upload [FILE] [ROWS]`.

Uploads FILE, its rows repeated until there are ROWS (100,000), as CSV and as XLSX, and does what a worker
does: read it, check each row, import, take all of it back. Prints the seconds of each and the most memory
of the process.
"""

import csv
import os
import resource
import sys
from itertools import cycle, islice
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

import django

from tests.benchmarks.sheets import KINDS, sheet_in
from tests.benchmarks.throwaway import throwaway_database


def main(path: str, rows: int) -> None:
    with TemporaryDirectory(prefix="mutualaid-bench-") as name:
        sheet = sheet_in(Path(name), path)
        os.environ |= {"DATA_DIR": name, "DJANGO_SETTINGS_MODULE": "mutualaid.settings"}
        django.setup()
        with throwaway_database():
            _prepare(sheet)
            started_with = _megabytes()
            print(f"== {rows:,} rows; the process alone has {started_with} MB")
            for kind, write in (("csv", _as_csv), ("xlsx", _as_xlsx)):
                file = write(sheet, rows, Path(name) / f"large-{kind}.{kind}")
                print(f"   {file.name}: {file.stat().st_size / 1e6:.0f} MB")
                _import(file)


def _prepare(sheet: Path) -> None:
    from django.core.management import call_command

    areas = sheet.with_name("areas.csv")
    call_command("seed", verbosity=0)
    call_command("propose_localities", sheet, out=areas, parent="All", km=20)
    text = areas.read_text("utf-8-sig").splitlines()
    named = [line if line[0] != "," else f"Far End {n}{line}" for n, line in enumerate(text)]
    areas.write_text("\n".join(named))
    call_command("import_localities", areas)


def _import(file: Path) -> None:
    from django.conf import settings

    from mutualaid.importing import actions
    from mutualaid.importing.dry_run import Outcome
    from mutualaid.importing.mapping.choices import SheetChoices
    from mutualaid.importing.mapping.propose import propose
    from mutualaid.importing.models import ImportRun
    from mutualaid.importing.stored import kind_of, table_for
    from mutualaid.people.models import User

    by, _new = User.objects.get_or_create(email="carla@people.example")
    run = actions.upload(kind="needs", file_name=file.name, raw=file.read_bytes(), by=by)
    _work(run, "read")
    said = SheetChoices(
        source=file.stem,
        categories=KINDS,
        default_category="other",
        default_area="all",
        languages=(settings.LANGUAGE_CODE,),
        time_zone="America/Port-au-Prince",
        max_km=50,
        read_first=True,
        date_order="dmy",
    )
    proposal = propose(table_for(run), kind_of(run).headings, choices=said)
    actions.check(run, proposal.choices)
    _work(run, "check")
    print("  ", {outcome.value: run.rows_of(outcome).count() for outcome in Outcome})
    actions.begin_import(run)
    _work(run, "import")
    run = ImportRun.objects.get(pk=run.pk)
    print(f"   {run.state}: {run.needs:,} needs")
    actions.undo(run)
    _work(run, "take back")


def _work(run: object, title: str) -> None:
    from mutualaid.importing.models import ImportRun
    from mutualaid.importing.tasks import work_on

    began = perf_counter()
    while ImportRun.objects.to_work_on().exists():
        work_on(run.pk)  # type: ignore[attr-defined]
    run.refresh_from_db()  # type: ignore[attr-defined]
    print(f"   {title}: {perf_counter() - began:.1f} s; at most {_megabytes()} MB so far")


def _as_csv(sheet: Path, rows: int, target: Path) -> Path:
    with target.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(_repeated(sheet, rows))
    return target


def _as_xlsx(sheet: Path, rows: int, target: Path) -> Path:
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    page = book.create_sheet("Needs")
    for row in _repeated(sheet, rows):
        page.append(row)
    book.save(target)
    return target


def _repeated(sheet: Path, rows: int) -> list[list[str]]:
    with sheet.open(encoding="utf-8-sig", newline="") as file:
        headings, *few = csv.reader(file)
    numbered = ([str(n), *row[1:]] for n, row in enumerate(islice(cycle(few), rows)))
    return [headings, *numbered]


def _megabytes() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


if __name__ == "__main__":
    main(
        sys.argv[1] if len(sys.argv) > 1 else os.environ.get("NEEDS_CSV", ""),
        int(sys.argv[2]) if len(sys.argv) > 2 else 100_000,
    )
