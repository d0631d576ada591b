"""Workbooks as people and ill-wishers make them."""

import io
import tracemalloc
import zipfile

import pytest

from mutualaid.importing.problems import FileProblem
from mutualaid.importing.sheets import workbooks
from mutualaid.importing.sheets.files import open_file
from mutualaid.importing.sheets.table import MOST_COLUMNS
from tests.support.workbooks import with_part, workbook

pytestmark = pytest.mark.one_database
ROWS = [["Kind", "Area"], ["food", "Riverside"]]
MEGABYTE = 1_000_000


def rows_of(raw, sheet=""):
    return [row.cells for row in open_file(raw, "may.xlsx").rows(sheet)]


def refusal(raw):
    with pytest.raises(FileProblem) as caught:
        rows_of(raw)
    return str(caught.value)


def test_two_hundred_sheets_are_all_listed_and_any_is_read():
    raw = workbook({f"Week {n}": [["Kind"], [f"food {n}"]] for n in range(200)})
    file = open_file(raw, "year.xlsx")
    assert len(file.sheet_names()) == 200
    assert [row.cells for row in file.rows("Week 137")] == [["Kind"], ["food 137"]]


def test_empty_sheets_are_no_choice():
    assert open_file(workbook({"Sheet1": [], "Needs": ROWS}), "may.xlsx").sheet_names() == ["Needs"]


def test_macros_are_not_read_and_nothing_of_them_runs():
    raw = with_part(
        workbook({"Needs": ROWS}), "xl/vbaProject.bin", b"\xd0\xcf\x11\xe0 Sub AutoOpen"
    )
    assert rows_of(raw) == ROWS


def test_of_formulas_the_values_are_read():
    """As a spreadsheet program saves them: the formula, and what it came to."""
    raw = workbook({"Needs": [["Kind", "Area"], ["food", "=A2"]]})
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml")
    computed = sheet.replace(b"<v></v>", b"<v>Riverside</v>").replace(b"<v />", b"<v>Riverside</v>")
    computed = computed.replace(b'<c r="B2">', b'<c r="B2" t="str">')
    assert rows_of(with_part(raw, "xl/worksheets/sheet1.xml", computed)) == ROWS


def test_formulas_that_were_never_computed_are_told_instead_of_read_as_nothing():
    raw = workbook({"Needs": [["Kind", "Area"], ["food", "=A2"]]})
    assert "“Needs” holds formulas that have never been computed" in refusal(raw)


@pytest.mark.slow
def test_a_bomb_is_refused_by_what_it_says_of_itself():
    zeros = b"<x>" + b"0" * (workbooks.MOST_UNPACKED + MEGABYTE) + b"</x>"
    raw = with_part(workbook({"Needs": ROWS}), "xl/media/image1.xml", zeros)
    assert len(raw) < MEGABYTE
    tracemalloc.start()
    assert "holds more than we can read at once" in refusal(raw)
    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 20 * MEGABYTE


def test_a_bomb_that_lies_about_its_size_is_refused_by_what_is_in_it():
    """Its directory says ten bytes; what is behind them does not fit its own sum."""
    raw = with_part(workbook({"Needs": ROWS}), "xl/media/image1.xml", b"0" * 50 * MEGABYTE)
    size = (50 * MEGABYTE).to_bytes(4, "little")
    assert "is damaged" in refusal(raw.replace(size, (10).to_bytes(4, "little")))


def test_texts_that_all_cells_share_are_bounded_of_their_own():
    shared = b"<sst>" + b"0" * (workbooks.MOST_SHARED + MEGABYTE) + b"</sst>"
    raw = with_part(workbook({"Needs": ROWS}), "xl/sharedStrings.xml", shared)
    assert "holds more than we can read at once" in refusal(raw)


def test_entities_that_grow_without_end_are_refused():
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;">]><x>&b;</x>'
    raw = with_part(workbook({"Needs": ROWS}), "xl/workbook.xml", bomb)
    assert "is damaged" in refusal(raw)


@pytest.mark.parametrize("cut", [10, 100, -100])
def test_a_workbook_that_breaks_off_is_told(cut):
    assert "is damaged" in refusal(workbook({"Needs": ROWS})[:cut])


def test_more_columns_than_anyone_needs_are_cut_off():
    raw = workbook({"Needs": [["Kind"], [*["x"] * 600]]})
    assert len(rows_of(raw)[1]) == MOST_COLUMNS
