"""What a coordinator does with an uploaded sheet. The work itself is done by a worker (`working`)."""

from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import get_language

from mutualaid.celery import enqueue_on_commit
from mutualaid.importing.dry_run import Outcome
from mutualaid.importing.mapping.choices import SheetChoices
from mutualaid.importing.models import ImportPart, ImportRun
from mutualaid.importing.packing import pack
from mutualaid.importing.sheets.files import open_file
from mutualaid.importing.stored import Said, kind_of, raw_of, remember, say, table_for
from mutualaid.importing.undo import SomethingCameOfIt, came_of
from mutualaid.people.models import User

PART_BYTES = 1_000_000
"""Of the file in one part: a row of the database stays small."""
WORK = "mutualaid.importing.tasks.work_on"


@transaction.atomic
def upload(*, kind: str, file_name: str, raw: bytes, by: User) -> ImportRun:
    """Keep a file, encrypted, and let a worker read it. `raw` was opened by `sheets.files.open_file`."""
    said = Said(language=get_language() or "en")
    run = ImportRun(kind=kind, file_name=file_name, by=by, said=said.as_text())
    run.save()
    for number, start in enumerate(range(0, len(raw), PART_BYTES)):
        content = pack(raw[start : start + PART_BYTES])
        ImportPart(run=run, of=ImportPart.Of.FILE, number=number, content=content).save()
    enqueue_on_commit(WORK, run.pk)
    return run


@transaction.atomic
def choose_sheet(run: ImportRun, sheet: str) -> None:
    """Read this sheet of a workbook. Raises `StateChanged` where one is chosen already."""
    run.transition("choose_sheet")
    say(run, sheet=sheet)
    enqueue_on_commit(WORK, run.pk)


@transaction.atomic
def choose_encoding(run: ImportRun, encoding: str) -> None:
    """Read the text once more, in this encoding; what was said of the columns begins anew.

    Raises `FileProblem` where a byte of it does not fit, and `StateChanged` where it is being checked.
    """
    open_file(raw_of(run), run.file_name, encoding)
    run.transition("read_again", row_reached=0)
    say(run, encoding=encoding, choices=SheetChoices())
    enqueue_on_commit(WORK, run.pk)


@transaction.atomic
def choose_heading_row(run: ImportRun, number: int) -> None:
    """Take the row with this number for the headings; what was said of the columns begins anew."""
    say(run, heading_row=number, choices=SheetChoices())


@transaction.atomic
def check(run: ImportRun, choices: SheetChoices) -> None:
    """Let a worker read each row as these choices say, without importing it.

    Raises `StateChanged` where it is being imported already, and `FileProblem` where a choice leads to
    nothing.
    """
    table = table_for(run)
    kind_of(run).reader(table, choices)
    run.sheet_rows.all().delete()
    run.transition("check", row_reached=0)
    say(run, choices=choices, headings=table.headings)
    enqueue_on_commit(WORK, run.pk)


@transaction.atomic
def map_again(run: ImportRun) -> None:
    """Go back to the columns. Raises `StateChanged` where it is being imported already."""
    run.transition("map_again", row_reached=0)


@transaction.atomic
def begin_import(run: ImportRun) -> None:
    """Let a worker import what can be read, and remember what was said of the columns.

    Raises `StateChanged` where it was begun already, or is not checked.
    """
    run.transition("import", row_reached=0)
    said = Said.of(run)
    remember(run.kind, said.headings, said.choices)
    enqueue_on_commit(WORK, run.pk)


@transaction.atomic
def stop(run: ImportRun, **fields: Any) -> None:
    """Give an import up; what is imported stays. Raises `StateChanged` where it has ended."""
    run.transition("stop", **fields)
    forget_file(run)


@transaction.atomic
def undo(run: ImportRun) -> None:
    """Let a worker take back all that was imported.

    Raises `SomethingCameOfIt` where that is not possible any more, and `StateChanged` where nothing was
    imported or it is being taken back.
    """
    if count := came_of(run):
        raise SomethingCameOfIt(count)
    last = run.rows_of(Outcome.IMPORTED).aggregate(last=Max("number"))["last"]
    run.transition("undo", row_reached=0, last_row=last or 0)
    enqueue_on_commit(WORK, run.pk)


def forget_file(run: ImportRun) -> None:
    """Delete what was uploaded."""
    run.parts.all().delete()
