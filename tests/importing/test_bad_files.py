"""A file or an option that cannot be used: one clear line, and nothing was changed."""

import pytest
from django.core.management.base import CommandError

from mutualaid.catalog.models import Locality
from requests_app.models import Need
from tests.support.sheets import HEADINGS, database, output_of, row, write


def refusal(*arguments):
    before = database()
    with pytest.raises(CommandError) as caught:
        output_of("import_needs", *arguments)
    assert database() == before
    return str(caught.value)


def test_a_file_that_is_not_in_the_encoding_that_was_named_is_told_with_its_line(path):
    path.write_bytes(
        ",".join(HEADINGS).encode() + "\n1,,Médicaments,food,Riverside\n".encode("cp1252")
    )
    assert "line 2 holds a byte that does not fit" in refusal(path, "--encoding", "utf-8")
    assert "Imported: 1" in output_of("import_needs", path)
    assert Need.objects.get().notes.text == "Médicaments"


def test_an_encoding_that_does_not_exist_is_told(path):
    assert "no text encoding “klingon”" in refusal(write(path, row()), "--encoding", "klingon")


def test_an_empty_file_a_folder_and_no_file_are_told(path):
    assert "cannot be opened" in refusal(path)
    path.write_text("\n \n")
    assert "may.csv is empty" in refusal(path)
    assert "is a folder" in refusal(path.parent)


def test_other_columns_are_told_with_those_that_were_found(path):
    output = refusal(write(path, ["a", "b"], headings=["Wann", "Was"]))
    assert "No column was found for: category" in output
    assert "“Wann”, “Was”" in output
    assert "--column category=HEADING" in output


def test_a_column_that_was_named_wrongly_is_told(path):
    write(path, row())
    assert "no column “Wo”" in refusal(path, "--column", "place=Wo")
    assert "no field “where”" in refusal(path, "--column", "where=Place")
    assert "needs a name" in refusal(path, "--column", "place")


def test_a_column_that_is_chosen_for_two_fields_is_told(path):
    write(path, row())
    output = refusal(path, "--column", "place=Place", "--column", "address=Place")
    assert "The column “Place” is chosen twice: for place and for address" in output


def test_a_quotation_mark_that_never_closes_is_told_with_its_line(path):
    write(path, row(), row(reference="2"))
    path.write_text(path.read_text() + '3,,"Rice,food,Riverside\n4,,Bread,food,Riverside\n')
    assert "opens in line 4" in refusal(path)


def test_a_mapping_to_a_category_that_does_not_exist_is_told(path, tmp_path):
    write(path, row())
    kinds = write(tmp_path / "kinds.csv", ["food", "fodder"], headings=["name", "slug"])
    assert "“fodder”. Codes: food, water" in refusal(path, "--categories", kinds)
    assert "“fodder”" in refusal(path, "--default-category", "fodder")


def test_languages_time_zones_and_sources_that_do_not_fit_are_told(path):
    write(path, row())
    assert "Known ones: en, ht" in refusal(path, "--language", "tlh")
    assert "no time zone “Mars/Olympus”" in refusal(path, "--time-zone", "Mars/Olympus")
    assert "1 to 40 characters" in refusal(path, "--source", "s" * 41)


def test_a_site_without_areas_is_told(path):
    Locality.objects.all().delete()
    assert "no areas yet" in refusal(write(path, row()))
