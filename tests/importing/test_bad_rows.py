"""A row that cannot be read is named with its reason; the others come in."""

import os

import pytest

from mutualaid.boundary.csv_cells import unescape_formula
from mutualaid.catalog.models import Locality
from requests_app.models import Ask, Need
from tests.support.sheets import HEADINGS, output_of, read, row, write

BAD = {
    "The reference is missing": row(reference=" "),
    "The reference is longer than 80": row(reference="9" * 81),
    "There is no category “tents”": row(kind="food; tents"),
    "The category is missing": row(kind=";"),
    "The date is not one in the order": row(date="soon"),
    "The date lies in the future": row(date="2126-01-01"),
    "No area has the name": row(place="Atlantis"),
    "No area is within 10 km": row(place="Atlantis", lat="0", lng="0.5"),
    "The latitude is not a number from -90 to 90": row(lat="nan", lng="0"),
    "The longitude is not a number from -180 to 180": row(lat="0", lng="180.01"),
    "The longitude is missing": row(lat="0", lng=""),
    "The cell under “Place” holds a NUL": row(place="River\0side"),
    "The cell under “What is needed” has 1000000 characters": row(needed="x" * 1_000_000),
    "There is text in a column without a heading": [*row(), "more"],
}


@pytest.mark.parametrize(("why", "bad"), BAD.items(), ids=BAD)
def test_a_bad_row_is_handed_back_whole_with_its_number_and_reason(path, why, bad):
    output = output_of("import_needs", write(path, row(reference="a"), bad, row(reference="z")))
    assert f"row 3: {why}" in output
    assert sorted(Ask.objects.values_list("reference", flat=True)) == ["a", "z"]
    back = read(path.with_name("may.unread.csv"))
    assert [line["Import: row"] for line in back] == ["3"]
    assert back[0]["Import: why"].startswith(why)
    assert [unescape_formula(cell) for cell in back[0].values()][: len(bad)] == bad


@pytest.mark.parametrize(
    ("bad", "reasons"),
    [
        (row(reference="", kind="tents"), ["The reference is missing", "no category “tents”"]),
        (row(reference="a", kind="tents"), ["stands in row 2 as well", "no category “tents”"]),
        (
            row(place="Atl\0ntis", date="soon\0"),
            ["under “Place” holds a NUL", "under “Submitted at”"],
        ),
        (row(place="Atl\0ntis", kind="tents"), ["“Place” holds a NUL", "no category “tents”"]),
    ],
)
def test_whatever_else_is_wrong_with_a_row_is_told_with_it(path, bad, reasons):
    output_of("import_needs", write(path, row(reference="a"), bad))
    why = read(path.with_name("may.unread.csv"))[0]["Import: why"]
    assert [reason for reason in reasons if reason not in why] == []


@pytest.mark.parametrize(
    ("heading", "cell", "why"),
    [
        ("Phone", "1.60856E+10", "Excel has destroyed the phone number"),
        ("E-mail", "N/A", "No one can reach them"),
        (
            "Status",
            "Someone will look",
            "No one has said what the status “Someone will look” means",
        ),
        ("Good times", "mornings, at dawn", "The good times are not known. Known ones: "),
        ("Language", "Klingon", "A language is not known. Known ones: en, ht"),
    ],
)
def test_cells_of_other_fields_are_checked_as_well(path, heading, cell, why):
    assert why in output_of(
        "import_needs", write(path, [*row(), cell], headings=[*HEADINGS, heading])
    )
    assert not Need.objects.exists()


def test_the_second_row_of_a_reference_is_handed_back_not_dropped(path):
    output = output_of("import_needs", write(path, row(), row(needed="Bread"), row(reference="2")))
    assert "row 3: The reference stands in row 2 as well." in output
    assert Need.objects.get(ask__reference="1").notes.text == "Rice for four"


def test_numbers_are_those_a_spreadsheet_shows(path):
    write(path, row(needed="two\nlines"), [], row(reference="2", kind="tents"))
    assert "row 4: There is no category “tents”" in output_of("import_needs", path)


def test_two_areas_of_one_name_need_a_position(path):
    Locality.objects.create(slug="riverside-2", name="Riverside", lat=0, lng=0.9)
    output = output_of("import_needs", write(path, row(), row(reference="2", lat="0", lng="0.89")))
    assert "row 2: Several areas have the name" in output
    assert Need.objects.get().locality.slug == "riverside-2"


def test_no_one_else_on_the_machine_can_read_what_neighbours_wrote(path):
    output_of("import_needs", write(path, row(kind="tents")))
    assert os.stat(path.with_name("may.unread.csv")).st_mode & 0o777 == 0o600


def test_neighbours_words_are_neither_said_nor_logged(path, caplog, capsys):
    output = output_of(
        "import_needs", write(path, row(needed="Canary", place="Canary Lane"), row())
    )
    assert "Canary" not in output + caplog.text + "".join(capsys.readouterr())
