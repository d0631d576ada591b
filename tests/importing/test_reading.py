"""The small readers: dates, cells, places."""

import csv
import io
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mutualaid.catalog.models import Locality
from mutualaid.importing.cells.dates import read_moment
from mutualaid.importing.cells.lookups import LocalityLookup
from mutualaid.importing.cells.positions import Position
from mutualaid.importing.names import in_ranges, normalize
from mutualaid.importing.problems import FileProblem, Unread
from mutualaid.importing.sheets.files import read_table
from mutualaid.importing.sheets.text_files import find_encoding, readings
from mutualaid.importing.unread_rows import UnreadRow, write_unread

pytestmark = pytest.mark.one_database
NOON = datetime(2010, 4, 3, 12, 0, tzinfo=UTC)
MIDNIGHT = NOON.replace(hour=0)


@pytest.mark.parametrize(
    ("text", "order", "moment"),
    [
        ("2010-04-03", "ymd", MIDNIGHT),
        ("2010-04-03T12:00:00Z", "dmy", NOON),
        ("2010-04-03 14:00+02:00", "ymd", NOON),
        ("2010/4/3 12:00", "mdy", NOON),
        ("03/04/2010 12:00", "dmy", NOON),
        ("3.4.10", "dmy", MIDNIGHT),
        ("03-04-2010 12:00:00", "dmy", NOON),
        ("4/3/2010 12:00 PM", "mdy", NOON),
        ("4/3/2010 12:00 a.m.", "mdy", MIDNIGHT),
        ("10-04-03", "ymd", MIDNIGHT),
        ("2010年4月3日 12:00", "mdy", NOON),
        ("2010年4月3日", "dmy", MIDNIGHT),
    ],
)
def test_dates_are_read_as_spreadsheets_write_them(text, order, moment):
    assert read_moment(text, order=order, zone=UTC) == moment


def test_a_date_without_a_zone_is_in_the_zone_of_the_sheet():
    moment = read_moment("2010-04-03 08:00", order="ymd", zone=ZoneInfo("America/New_York"))
    assert moment == NOON


@pytest.mark.parametrize(
    "text", ["soon", "31/02/2010", "2010-13-01", "03/04/10/11", "3/4/2010 25:00", "1/1/1", "٣/٤"]
)
def test_what_is_no_date_is_not_guessed(text):
    with pytest.raises(Unread, match="The date is not one in the order dmy"):
        read_moment(text, order="dmy", zone=UTC)


CELLS = st.lists(
    st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1),
    min_size=3,
    max_size=3,
).filter(lambda cells: any(cell.strip() for cell in cells))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(CELLS, min_size=1, max_size=4))
def test_a_file_of_unread_rows_reads_as_the_rows_it_was_made_from(tmp_path, many):
    text = io.StringIO(newline="")
    csv.writer(text).writerows([["a", "b", "=c"], *many])
    source = tmp_path / "x.csv"
    source.write_bytes(text.getvalue().encode())
    table = read_table(source)
    written = write_unread(source, table.headings, [UnreadRow(row, ["=why"]) for row in table.rows])
    again = read_table(written)
    written.unlink()
    assert again.headings == table.headings
    assert [row.cells for row in again.rows] == [row.cells for row in table.rows] == many


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary())
def test_any_bytes_at_all_are_read_or_refused(tmp_path, raw):
    path = tmp_path / "x.csv"
    path.write_bytes(raw)
    try:
        table = read_table(path)
    except FileProblem:
        return
    assert any(table.headings)


def localities(max_km=10.0):
    return LocalityLookup(Locality.objects.all(), max_km=max_km)


def test_how_a_text_is_written_is_found_however_long_its_lines_are():
    raw = "é {0}\n{0}".format("a" * 1_000_000).encode("cp1252")
    assert find_encoding(raw) == "cp1252"
    assert readings(raw, "cp1252")["cp1252"] == "é"


def test_a_place_is_found_by_name_whatever_its_accents_and_what_stands_behind_it():
    for place in ("riverside", "RIVERSÍDE", "Riverside , Springfield", "near the mill (Riverside)"):
        assert localities().find(place, None).slug == "riverside"


def test_a_name_goes_before_a_position_nearby():
    assert localities().find("Riverside", Position(0.0, 0.009)).slug == "riverside"


def test_a_position_far_from_the_name_goes_before_it():
    assert localities().find("Riverside", Position(0.0, 0.89)).slug == "faraway"


def test_of_numbered_areas_the_nearest_is_meant():
    for number, lng in ((1, 0.9), (2, 0.93)):
        name = f"Delmas {number}" if number > 1 else "Delmas"
        Locality.objects.create(slug=f"delmas-{number}", name=name, lat=0.0, lng=lng)
    assert localities().find("Delmas", Position(0.0, 0.93)).slug == "delmas-2"
    assert localities().find("Delmas", None).slug == "delmas-1"


def test_a_position_leads_to_a_narrow_area_not_to_the_wide_one_around_it():
    wide = Locality.objects.create(slug="county", name="County", lat=0.0, lng=0.45)
    Locality.objects.exclude(pk=wide.pk).update(parent=wide)
    with pytest.raises(Unread, match="No area is within 10 km"):
        localities().find("", Position(0.0, 0.45))
    assert localities(100).find("", Position(0.0, 0.46)).slug == "faraway"


def test_places_are_found_at_the_pole_and_across_the_date_line():
    Locality.objects.create(slug="pole", name="Pole", lat=90.0, lng=0.0)
    Locality.objects.create(slug="fiji", name="Fiji", lat=-17.0, lng=179.99)
    assert localities().find("", Position(89.95, 170.0)).slug == "pole"
    assert localities().find("", Position(-17.0, -179.99)).slug == "fiji"


def test_words_are_compared_plainly():
    assert normalize("  Léogâne–(ÎLE)  ") == "leogane ile"
    assert in_ranges([2, 3, 4, 7, 9, 10]) == "2–4, 7, 9–10"
