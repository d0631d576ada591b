"""Nothing that someone typed runs as a formula in the spreadsheet of someone else, in any country."""

import csv
import io
import re
import unicodedata
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mutualaid.boundary.csv_cells import escape_formula, unescape_formula, write_rows
from tests.support.few import examples

CODE = Path(__file__).parent.parent
NUMBER = re.compile(r"[+-]?\d+([.,]\d+)?")
CELLS = st.one_of(
    st.text(st.characters(codec="utf-8", exclude_characters="\0")),
    st.text(alphabet="';=+-@\t\r\n ,|a1；＝＋\u200b\ufeff\x1f\xa0.", max_size=12),
    st.from_regex(r"['\s]*[=+\-@＝'\t;].*"),
)


def is_formula(cell: str) -> bool:
    """As the boldest spreadsheet reads a cell: blanks, control and wide letters do not matter."""
    seen = "".join(c for c in cell if not c.isspace() and unicodedata.category(c) != "Cc")
    seen = seen.lstrip("\xad\u200b\u200c\u200d\u200e\u200f\u202e\u2060\ufeff")
    first = unicodedata.normalize("NFKC", seen[:1])
    return first in ("=", "+", "-", "@", ";") and not NUMBER.fullmatch(cell)


@settings(max_examples=examples(1000))
@example("shopping;=HYPERLINK(1)", "x")
@example("one line\n=1+1", "\t+1")
@example("", 'shopping;"=HYPERLINK(1)')
@example("", '";')
@example("\x1f\x85" * 40, "x")
@given(CELLS, CELLS)
def test_no_cell_runs_in_a_list_of_commas_opened_anywhere(first, second):
    text = io.StringIO(newline="")
    write_rows(text, [[first, second]])
    for separator in ",;\t":
        for cells in csv.reader(io.StringIO(text.getvalue(), newline=""), delimiter=separator):
            starts = [cell for cell in cells if is_formula(cell.lstrip('"'))]
            assert [cell for cell in starts if not _only_follows_a_comma(cell, separator)] == []


def _only_follows_a_comma(cell: str, separator: str) -> bool:
    """A bare number at the start of a line of commas that is cut at semicolons: `-1,…` is text there."""
    return separator != "," and re.match(r'"*[+-]?\d+([.,]\d+)?(,|$)', cell) is not None


@settings(max_examples=examples(1000))
@example("'=1")
@example(" \n")
@given(CELLS)
def test_each_cell_is_read_back_as_it_was(cell):
    assert unescape_formula(escape_formula(cell)) == cell


@pytest.mark.parametrize("number", ["-72.41", "+3", "0", "-1,5"])
def test_a_number_stays_a_number(number):
    assert escape_formula(number) == number


def test_no_other_place_of_the_site_writes_csv():
    writers = [
        str(file.relative_to(CODE))
        for folder in ("mutualaid", "requests_app", "offers_app")
        for file in (CODE / folder).rglob("*.py")
        if re.search(r"csv\.(writer|DictWriter)\b", file.read_text())
    ]
    assert writers == ["mutualaid/boundary/csv_cells.py"]
