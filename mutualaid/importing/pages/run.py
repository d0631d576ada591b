"""The page of one import: what it waits for, how far it is, what came of it."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple, cast

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mutualaid.admin.refusals import CHANGED
from mutualaid.admin.site import admin_page
from mutualaid.importing import actions
from mutualaid.importing.dry_run import Outcome
from mutualaid.importing.mapping.choices import SheetChoices
from mutualaid.importing.mapping.propose import propose
from mutualaid.importing.models import ImportRun
from mutualaid.importing.names import in_ranges
from mutualaid.importing.pages.mapping import MappingForm, chosen_columns
from mutualaid.importing.pages.uploading import PERMISSION
from mutualaid.importing.problems import FileProblem
from mutualaid.importing.sheets.headings import LOOKED_THROUGH
from mutualaid.importing.sheets.table import Row
from mutualaid.importing.states import RunState
from mutualaid.importing.stored import Said, kind_of, remembered, table_for, top_rows
from mutualaid.importing.undo import SomethingCameOfIt
from mutualaid.importing.unread_rows import UnreadRow, sheet_name, unread_csv
from mutualaid.people.models import User
from mutualaid.transitions import StateChanged

SHOWN = 50
"""Reasons, and rows for each, that are shown; the file has them all."""
S = RunState


class Reason(NamedTuple):
    words: str
    how_many: int
    rows: str


@admin_page("imports/<int:pk>/", name="import", permission=PERMISSION)
def import_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Show an import in the state it is in; on a POST do what its button says."""
    run = get_object_or_404(ImportRun.objects.select_related("by"), pk=pk)
    if request.method != "POST":
        return _show(request, run)
    if not _is_mine(request, run) and request.POST.get("do") != "undo":
        raise PermissionDenied
    step = STEPS.get(request.POST.get("do", ""))
    try:
        shown = step(request, run) if step else None
    except StateChanged:
        messages.warning(request, str(CHANGED))
        shown = None
    return shown or redirect("admin:import", run.pk)


@admin_page("imports/<int:pk>/corrections.csv", name="import_corrections", permission=PERMISSION)
def corrections(request: HttpRequest, pk: int) -> HttpResponse:
    """The rows that could not be read, with all their reasons, for whoever uploaded them."""
    run = get_object_or_404(ImportRun, pk=pk)
    if not _is_mine(request, run):
        raise PermissionDenied
    content = unread_csv(list(Said.of(run).headings), partial(_unread, run))
    name = sheet_name(Path(run.file_name))
    response = HttpResponse(content, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = content_disposition_header(True, f"{name}.unread.csv") or ""
    return response


def _unread(run: ImportRun) -> Iterator[UnreadRow]:
    for row in run.rows_of(Outcome.UNREAD).iterator():
        yield UnreadRow(Row(row.number, row.cell_list), row.reason_list)


def _show(request: HttpRequest, run: ImportRun, form: forms.Form | None = None) -> HttpResponse:
    is_mine = _is_mine(request, run)
    context: dict[str, Any] = {
        **admin.site.each_context(request),
        "title": run.file_name if is_mine else str(run),
        "run": run,
        "is_mine": is_mine,
        "form": form,
    }
    if run.state == S.SHEET and is_mine:
        context["sheets"] = Said.of(run).sheets
    elif run.state == S.MAPPING and is_mine:
        context |= _mapping(run, form)
    elif run.state in (S.CHECKED, S.DONE, S.UNDONE, S.STOPPED):
        context |= _outcomes(run, is_mine=is_mine)
    return TemplateResponse(request, "admin/import.html", context)


def _mapping(run: ImportRun, form: forms.Form | None) -> dict[str, Any]:
    table, said = table_for(run), Said.of(run)
    top = top_rows(run, LOOKED_THROUGH)
    return {
        "readings": said.readings,
        "form": form or MappingForm(None, **_form_options(run)),
        "headings": table.headings,
        "heading_rows": [(row.number, " · ".join(filter(None, row.cells))[:120]) for row in top],
        "heading_row": said.heading_row or _number_of(top, table.headings),
    }


def _number_of(top: list[Row], headings: list[str]) -> int:
    """The number of the row of headings: the last of the top in which one of them stands."""
    found = [row.number for row in top if set(map(str.strip, row.cells)) & set(headings)]
    return found[0] if found else 0


def _form_options(run: ImportRun, columns: dict[str, str] | None = None) -> dict[str, Any]:
    """What a mapping form is made of: as was said of this sheet, or of the last one like it, or proposed."""
    kind, table, said = kind_of(run), table_for(run), Said.of(run).choices
    if not said.source:
        usual = SheetChoices(
            source=sheet_name(Path(run.file_name))[:40], read_first=True, date_order=""
        )
        said = remembered(run.kind, table.headings) or usual
    if columns is not None:
        said = replace(said, columns=columns)
    return {"kind": kind, "table": table, "proposal": propose(table, kind.headings, choices=said)}


def _outcomes(run: ImportRun, *, is_mine: bool) -> dict[str, Any]:
    counts = dict(run.sheet_rows.order_by().values_list("outcome").annotate(Count("pk")))
    return {
        "counts": [(label, counts[value]) for value, label in Outcome.choices if value in counts],
        "new": counts.get(Outcome.NEW, 0),
        "unread": counts.get(Outcome.UNREAD, 0),
        "imported": counts.get(Outcome.IMPORTED, 0),
        "reasons": _reasons(run) if is_mine else (),
    }


def _reasons(run: ImportRun) -> list[Reason]:
    """Why rows cannot be read, the most frequent first."""
    rows: dict[str, list[int]] = defaultdict(list)
    for row in run.rows_of(Outcome.UNREAD).defer("cells", "before").iterator():
        for reason in row.reason_list:
            rows[reason].append(row.number)
    ordered = sorted(rows.items(), key=lambda item: (-len(item[1]), item[1]))
    return [
        Reason(
            words, len(numbers), in_ranges(numbers[:SHOWN]) + ("…" if len(numbers) > SHOWN else "")
        )
        for words, numbers in ordered[:SHOWN]
    ]


def _is_mine(request: HttpRequest, run: ImportRun) -> bool:
    """What stands in the sheet is shown to whoever uploaded it alone."""
    return run.by_id == cast(User, request.user).pk


def _choose_sheet(request: HttpRequest, run: ImportRun) -> None:
    sheet = request.POST.get("sheet", "")
    if sheet in Said.of(run).sheets:
        actions.choose_sheet(run, sheet)


def _choose_encoding(request: HttpRequest, run: ImportRun) -> None:
    encoding = request.POST.get("encoding", "")
    if encoding in Said.of(run).readings:
        try:
            actions.choose_encoding(run, encoding)
        except FileProblem:
            sentence = _("Not all of the file can be read as %s. Choose another way.")
            messages.error(request, sentence % encoding)


def _choose_heading_row(request: HttpRequest, run: ImportRun) -> None:
    number = request.POST.get("heading_row", "")
    if number in {str(row.number) for row in top_rows(run, LOOKED_THROUGH)}:
        actions.choose_heading_row(run, int(number))


def _check(request: HttpRequest, run: ImportRun) -> HttpResponse | None:
    """Look at the words of the chosen columns, or check all rows."""
    if run.state != S.MAPPING:
        raise StateChanged("check")
    columns = chosen_columns(request.POST, kind_of(run), table_for(run).headings)
    form = MappingForm(request.POST, **_form_options(run, columns))
    if request.POST.get("do") == "look" or not form.is_valid():
        return _show(request, run, form)
    try:
        actions.check(run, form.choices())
    except FileProblem as problem:
        form.add_error(None, str(problem))
        return _show(request, run, form)
    return None


def _map_again(_request: HttpRequest, run: ImportRun) -> None:
    actions.map_again(run)


def _import(_request: HttpRequest, run: ImportRun) -> None:
    actions.begin_import(run)


def _stop(request: HttpRequest, run: ImportRun) -> None:
    actions.stop(run)
    messages.success(request, _("Stopped. The file is deleted."))


def _undo(request: HttpRequest, run: ImportRun) -> None:
    try:
        actions.undo(run)
    except SomethingCameOfIt as refusal:
        (count,) = refusal.args
        messages.error(
            request,
            ngettext(
                "It can't be taken back as a whole any more: something has come of %d row. Someone was"
                " written to, or said yes. Close what should not be there on its own page.",
                "It can't be taken back as a whole any more: something has come of %d rows. Someone was"
                " written to, or said yes. Close what should not be there on its own page.",
                count,
            )
            % count,
        )


Step = Callable[[HttpRequest, ImportRun], HttpResponse | None]
STEPS: dict[str, Step] = {
    "sheet": _choose_sheet,
    "encoding": _choose_encoding,
    "heading": _choose_heading_row,
    "look": _check,
    "check": _check,
    "map": _map_again,
    "import": _import,
    "stop": _stop,
    "undo": _undo,
}
