import pytest
from django.core.management.base import CommandError

from mutualaid.catalog.models import Locality
from tests.support.sheets import database, output_of, read, write

HEADINGS = ["name", "slug", "parent", "lat", "lng"]


def areas(path, *rows, options=()):
    return output_of("import_localities", write(path, *rows, headings=HEADINGS), *options)


def test_areas_come_in_whatever_order_their_parents_stand_in(path):
    output = areas(path, ["Dock", "dock", "port", "1", "2"], ["Port", "port", "", "1,5", "2,5"])
    assert "Added: 2" in output
    dock = Locality.objects.get(slug="dock")
    assert (dock.parent.name, dock.parent.lat, dock.lng) == ("Port", 1.5, 2.0)


def test_an_area_is_changed_by_its_slug_and_a_second_run_changes_nothing(path):
    rows = [["The Hill", "hilltop", "riverside", "0.1", "0.2"], ["New", "", "hilltop", "0", "0"]]
    assert "Added: 1\nChanged: 1\nWere there already: 0" in areas(path, *rows)
    hill = Locality.objects.get(slug="hilltop")
    assert (hill.name, hill.parent.slug, hill.lat) == ("The Hill", "riverside", 0.1)
    before = database()
    assert "Added: 0\nChanged: 0\nWere there already: 2" in areas(path, *rows)
    assert database() == before


def test_a_file_without_parents_leaves_them_as_they_are(path):
    areas(path, ["Hilltop", "hilltop", "riverside", "0", "0"])
    headings = ["name", "slug", "lat", "lng"]
    output_of("import_localities", write(path, ["Top", "hilltop", "0", "0"], headings=headings))
    assert Locality.objects.get(name="Top").parent.slug == "riverside"


def test_names_in_other_languages_have_columns_and_an_empty_cell_takes_one_away(path):
    def names(headings, *cells):
        write(
            path,
            ["Dock", "dock", "1", "2", *cells],
            headings=["name", "slug", "lat", "lng", *headings],
        )
        return output_of("import_localities", path), Locality.objects.get(slug="dock").names

    headings = ["name:es", "Name (العربية)", "name Simplified Chinese"]
    known = {"es": "El Muelle", "ar": "الرصيف", "zh-hans": "码头"}
    assert names(headings, *known.values())[1] == known
    output, after = names(headings, *known.values())
    assert ("Were there already: 1" in output, after) == (True, known)
    assert names([])[1] == known, "a sheet without these columns leaves them"
    output, after = names(["name es"], "")
    assert ("Changed: 1" in output, after) == (True, {"ar": "الرصيف", "zh-hans": "码头"})
    output, after = names(["name es"], "x" * 121)
    assert "row 2: The name needs 1 to 120 characters" in output
    assert "es" not in after


def test_poles_and_the_date_line_are_places(path):
    ends = [["N", "n", "", "90", "0"], ["S", "s", "", "-90", "-180"], ["E", "e", "", "0", "180"]]
    assert "Added: 3" in areas(path, *ends)


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (["Nowhere", "x", "", "90.001", "0"], "The latitude is not a number from -90 to 90"),
        (["Nowhere", "x", "", "0", "inf"], "The longitude is not a number from -180 to 180"),
        (["Nowhere", "x", "", "NaN", "0"], "The latitude is not a number"),
        (["Nowhere", "x", "", "", ""], "The latitude and longitude of the centre are missing"),
        (["", "x", "", "0", "0"], "The name needs 1 to 120 characters"),
        (["n" * 121, "x", "", "0", "0"], "The name needs 1 to 120 characters"),
        (["河畔", "", "", "0", "0"], "The code (slug) needs 1 to 80"),
        (["Nowhere", "no where", "", "0", "0"], "The code (slug) needs 1 to 80"),
        (["Lost", "lost", "atlantis", "0", "0"], "There is no area with the code “atlantis”"),
        (["Self", "self", "self", "0", "0"], "part of itself: rows 2 go round"),
    ],
)
def test_a_bad_row_is_handed_back_and_the_others_come_in(path, row, why):
    output = areas(path, row, ["Good", "good", "", "0", "0"])
    assert f"row 2: {why}" in output.replace("It would be ", "")
    assert "Added: 1" in output
    assert read(path.with_name("may.unread.csv"))[0]["Import: row"] == "2"


def test_areas_that_are_part_of_each_other_are_refused_with_their_rows(path):
    output = areas(
        path,
        ["A", "a", "c", "0", "0"],
        ["Good", "good", "", "0", "0"],
        ["B", "b", "a", "0", "0"],
        ["C", "c", "b", "0", "0"],
        ["Leaf", "leaf", "a", "0", "0"],
    )
    assert "3 rows, 2, 4–5: It would be part of itself: rows 2, 4–5 go round in a ring." in output
    assert "row 6: There is no area with the code “a”" in output
    assert set(Locality.objects.values_list("slug", flat=True)) >= {"good"}
    assert not Locality.objects.filter(slug__in=["a", "b", "c", "leaf"]).exists()


def test_a_ring_that_closes_through_an_area_already_there_is_refused(path):
    areas(path, ["Hilltop", "hilltop", "riverside", "0", "0"])
    assert "row 2: It would be part of itself" in areas(
        path, ["R", "riverside", "hilltop", "0", "0"]
    )
    assert Locality.objects.get(slug="riverside").parent is None


def test_the_second_row_of_a_slug_is_handed_back(path):
    output = areas(path, ["One", "one", "", "0", "0"], ["Two", "one", "", "1", "1"])
    assert "row 3: The code “one” stands in row 2 as well" in output
    assert Locality.objects.get(slug="one").name == "One"


def test_a_dry_run_changes_nothing(path):
    before = database()
    output = areas(path, ["One", "one", "", "0", "0"], options=["--dry-run"])
    assert "Nothing was changed" in output
    assert "Added: 1" in output
    assert database() == before


def test_other_columns_are_told(path):
    with pytest.raises(CommandError, match=r"No column was found for: lat, lng"):
        output_of("import_localities", write(path, ["x"], headings=["name"]))
