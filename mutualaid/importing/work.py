"""What a worker does for an import: read the file, check each row, import, take back.

Each step is done in pieces, each in a transaction of its own that also says how far it has come. Killed
at any moment and begun again, it ends the same.
"""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone, translation

from mutualaid.catalog.models import Category, Locality
from mutualaid.importing.actions import forget_file, stop
from mutualaid.importing.command_line.whole_sheet import batches, things_in
from mutualaid.importing.dry_run import JudgedRow, Made, Outcome, SheetReader
from mutualaid.importing.models import LEASE, ImportPart, ImportRow, ImportRun
from mutualaid.importing.packing import pack
from mutualaid.importing.problems import FileProblem
from mutualaid.importing.sheets.files import open_file
from mutualaid.importing.sheets.table import Row
from mutualaid.importing.sheets.text_files import readings
from mutualaid.importing.states import RunState
from mutualaid.importing.stored import Said, kind_of, raw_of, say, table_for
from mutualaid.importing.undo import take_back
from mutualaid.transitions import StateChanged

ROWS_IN_A_PART = 500


def steps(run: ImportRun) -> Iterator[None]:
    """Do the work of the state that an import is in, piece by piece; yields after each.

    A file or a choice that cannot be used any more stops the import, with the reason in its `problem`.
    """
    work = {
        RunState.READING: _read_file,
        RunState.CHECKING: _check,
        RunState.IMPORTING: _import,
        RunState.UNDOING: _undo,
    }[RunState(run.state)]
    try:
        with translation.override(Said.of(run).language):
            yield from work(run)
    except FileProblem as problem:
        run.problem = str(problem)
        run.save(update_fields=["problem"])
        stop(run, ended_at=timezone.now())
    except StateChanged:
        """Its coordinator went back or gave it up meanwhile."""


def _read_file(run: ImportRun) -> Iterator[None]:
    """Keep the rows of the chosen sheet instead of the file; of several sheets let one be chosen.

    In one piece: a workbook can only be read from its top. A text of which it is not sure how it is written
    stays beside its rows: it may be read once more.
    """
    said, raw = Said.of(run), raw_of(run)
    file = open_file(raw, run.file_name, said.encoding)
    names = file.sheet_names()
    if len(names) > 1 and not said.sheet:
        say(run, sheets=names)
        run.transition("ask_for_sheet")
        return
    run.parts.filter(of=ImportPart.Of.ROWS).delete()
    last = 0
    for rows in batches(file.rows(said.sheet), ROWS_IN_A_PART):
        last = rows[-1].number
        _keep_rows(run, rows)
    if not last:
        file.rows(said.sheet)
    can_be_read_anew = readings(raw, file.encoding) if file.encoding else {}
    with transaction.atomic():
        run.transition("ask_for_mapping", last_row=last, row_reached=0)
        say(run, readings=can_be_read_anew)
        if not can_be_read_anew:
            run.parts.filter(of=ImportPart.Of.FILE).delete()
    yield


def _keep_rows(run: ImportRun, rows: list[Row]) -> None:
    """Keep rows of the file. Raises `StateChanged` where its coordinator stopped it: then none may stay."""
    content = pack(json.dumps(rows, ensure_ascii=False).encode())
    still = ImportRun.objects.filter(pk=run.pk, state=RunState.READING)
    with transaction.atomic():
        if not still.update(row_reached=rows[-1].number, lease_until=Now() + LEASE):
            raise StateChanged("read")
        ImportPart(run=run, of=ImportPart.Of.ROWS, number=rows[0].number, content=content).save()


def _check(run: ImportRun) -> Iterator[None]:
    """Say of each row what is to become of it."""
    reader = _reader(run)
    rows = run.sheet_rows.exclude(reference="")
    seen = dict(rows.order_by("-number").values_list("reference", "number"))
    for batch in batches(_remaining(run), reader.batch_rows):
        judged = reader.judge(batch, seen)
        with transaction.atomic():
            ImportRow.objects.bulk_create([_row_of(run, row) for row in judged])
            _reach(run, RunState.CHECKING, batch[-1].number)
        yield
    with transaction.atomic():
        _reach(run, RunState.CHECKING, run.last_row)
        run.transition("checked")


def _import(run: ImportRun) -> Iterator[None]:
    """Import the rows that can be read. They are judged once more: what they mean may have changed.

    It may change while the import runs, too: an area is moved, or a kind is not in use any more.
    """
    reader, known = _reader(run), _catalogue()
    made_by = kind_of(run).made
    for batch in batches(_remaining(run), reader.batch_rows):
        if (now := _catalogue()) != known:
            reader, known = _reader(run), now
        numbers = [row.number for row in batch]
        waiting = run.rows_of(Outcome.NEW).filter(number__in=numbers)
        ids = dict(waiting.values_list("number", "pk"))
        judged = reader.judge([row for row in batch if row.number in ids], {})
        new = [row for row in judged if row.outcome == Outcome.NEW]
        with transaction.atomic():
            made = reader.write(new, by=run.by, before=run.needs)
            rows = [_imported_row(run, row, made.get(row.row.number), made_by) for row in judged]
            for row in rows:
                row.pk = ids[row.number]
            _update(rows, made_by)
            run.needs += sum(things_in(row.item) for row in new if row.row.number in made)
            _reach(run, RunState.IMPORTING, numbers[-1], needs=run.needs)
        yield
    with transaction.atomic():
        run.transition("finish", row_reached=run.last_row, ended_at=timezone.now())
        forget_file(run)


def _undo(run: ImportRun) -> Iterator[None]:
    while True:
        left = run.rows_of(Outcome.IMPORTED).filter(number__gt=run.row_reached)
        rows = list(left.defer("cells", "reasons")[: kind_of(run).taken_back_at_once])
        if not rows:
            break
        with transaction.atomic():
            take_back(rows)
            _reach(run, RunState.UNDOING, rows[-1].number)
        yield
    run.transition("undone", row_reached=run.last_row, ended_at=timezone.now())


def _reader(run: ImportRun) -> SheetReader[Any]:
    return kind_of(run).reader(table_for(run), Said.of(run).choices)


def _catalogue() -> list[tuple[Any, ...]]:
    """The words by which rows are read, as they stand now."""
    areas = Locality.objects.values_list("pk", "slug", "name", "lat", "lng", "parent")
    kinds = Category.objects.values_list("pk", "slug", "is_active")
    return [*areas.order_by("pk"), *kinds.order_by("pk")]


def _remaining(run: ImportRun) -> Iterator[Row]:
    return iter(table_for(run, after=run.row_reached).rows)


def _row_of(run: ImportRun, judged: JudgedRow[Any]) -> ImportRow:
    """What is to become of a row; its cells only where they are to be corrected."""
    row = ImportRow(
        run=run,
        number=judged.row.number,
        outcome=judged.outcome,
        reference=judged.reference[:80],
    )
    if judged.outcome == Outcome.UNREAD:
        row.cells = json.dumps(judged.row.cells, ensure_ascii=False)
        row.reasons = json.dumps(judged.reasons, ensure_ascii=False)
    return row


def _imported_row(
    run: ImportRun, judged: JudgedRow[Any], made: Made | None, made_by: str
) -> ImportRow:
    """What has become of a row."""
    row = _row_of(run, judged)
    if made:
        row.outcome, row.before = Outcome.IMPORTED, made.before
        setattr(row, f"{made_by}_id", made.pk)
    elif judged.outcome == Outcome.NEW:
        row.outcome = Outcome.EXISTING  # someone else was first
    return row


def _update(rows: Sequence[ImportRow], made_by: str) -> None:
    """Write rows that are there already. Their texts are encrypted for the ids that they have."""
    ImportRow.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=["outcome", "cells", "reasons", "before", made_by],
    )


def _reach(run: ImportRun, state: RunState, number: int, **fields: Any) -> None:
    """Note how far it has come.

    Raises `StateChanged` where its coordinator stopped it meanwhile, or said something else of the sheet
    and began anew: what is left would be read by what was said before.
    """
    still = ImportRun.objects.filter(pk=run.pk, state=state, row_reached=run.row_reached)
    if not still.update(row_reached=number, lease_until=Now() + LEASE, **fields):
        raise StateChanged("reach")
    if ImportRun.objects.only("said", "public_id").get(pk=run.pk).said != run.said:
        raise StateChanged("reach")
    run.row_reached = number
