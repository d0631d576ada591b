"""What a coordinator's spreadsheet looks like after a bad month: all comes in, and nothing said is lost.

Several tongues in one cell, marks that an old program broke (`???`), HTML escaped once or twice, days
before months, several categories in a cell, one place in five spellings, places that are none, the
same household twice. No one wrote any of it, and the island does not exist.
"""

import csv
import shutil
from pathlib import Path

import pytest

from mutualaid.catalog.models import Locality
from requests_app.models import Ask, Need, NeedNotes
from tests.support import factories
from tests.support.sheets import output_of, write

SHEET = Path(__file__).with_name("flood.csv")
KINDS = {
    "food": "food",
    "water": "water",
    "shelter": "housing",
    "medical": "health",
    "medicine": "prescription",
    "household goods": "goods",
    "hygiene": "hygiene",
    "power": "power",
    "fuel": "fuel",
    "mental health": "company",
}
OPTIONS = ["--date-order", "dmy", "--time-zone", "America/Martinique", "--language", "ht"]


@pytest.fixture
def sheet(tmp_path):
    Locality.objects.all().delete()
    for slug in KINDS.values():
        factories.category(slug)
    path = Path(shutil.copy(SHEET, tmp_path))
    output_of("propose_localities", path, "--out", tmp_path / "areas.csv", "--parent", "Island")
    type_missing_names(tmp_path / "areas.csv")
    output_of("import_localities", tmp_path / "areas.csv")
    return path


def type_missing_names(areas):
    """As the coordinator does in the proposed file, for squares whose places share no name."""
    with areas.open(encoding="utf-8-sig", newline="") as file:
        headings, *rows = csv.reader(file)
    for number, cells in enumerate(rows):
        cells[0] = cells[0] or f"Far End {number}"
    write(areas, *rows, headings=headings)


def kinds():
    return [word for pair in KINDS.items() for word in ("--category", "=".join(pair))]


def test_every_request_comes_in_and_nothing_that_was_said_is_lost(sheet):
    with sheet.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    asked = sum(len(set(row["Categories"].split("; "))) for row in rows)
    output = output_of("import_needs", sheet, *OPTIONS, *kinds())
    assert f"Imported: {len(rows)} rows, as {asked} needs" in output
    assert "Unread: 0" in output
    notes = {row.text for row in NeedNotes.objects.all()}
    assert all(any(row["What is needed"][:20].split("&")[0] in n for n in notes) for row in rows)
    assert f"already: {len(rows)}" in output_of("import_needs", sheet, *OPTIONS, *kinds())


def test_months_are_not_taken_for_days(sheet):
    output_of("import_needs", sheet, *OPTIONS, *kinds())
    need = Need.objects.get(ask__reference="135")
    assert need.created_at.isoformat() == "2019-03-19T14:19:00+00:00"
    assert {f"{at:%Y}" for at in Need.objects.values_list("created_at", flat=True)} == {"2019"}


def test_what_has_no_category_yet_is_corrected_by_a_second_run(sheet):
    output_of("import_needs", sheet, *OPTIONS)
    unread = sheet.with_name("flood.unread.csv")
    first = Need.objects.count()
    assert "Unread: 0" in output_of("import_needs", unread, *OPTIONS, *kinds())
    assert Need.objects.count() > first
    assert set(Ask.objects.values_list("source", flat=True)) == {"flood"}
