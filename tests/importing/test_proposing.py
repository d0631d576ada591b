from random import Random

import pytest
from django.core.management.base import CommandError

from mutualaid.catalog.geo import km_between
from mutualaid.catalog.models import Locality
from mutualaid.importing.cells.positions import Position
from mutualaid.importing.command_line.propose_areas import propose
from tests.support.sheets import output_of, read, row, write

TOWN = [
    *[(Position(18.540, -72.330), "Port-au-Prince, Canapé Vert")] * 3,
    *[(Position(18.541, -72.331), "canape vert")] * 2,
    *[(Position(18.600, -72.270), "Port-au-Prince, Santo")] * 4,
    (Position(18.650, -72.270), "behind the blue house of Marie"),
]


def test_an_area_is_named_as_most_people_there_and_few_elsewhere_call_it():
    names = [area.name for area in propose(TOWN, km=3, parent="Port-au-Prince")]
    assert names == ["Port-au-Prince", "Canapé Vert", "Santo", "Santo 2"]


def test_words_that_one_person_wrote_name_nothing():
    assert "Marie" not in str(propose(TOWN, km=3, parent=""))


def test_the_centre_is_that_of_the_square_so_that_it_gives_no_position_away():
    alone = propose(TOWN[-1:], km=3, parent="")
    elsewhere = Position(alone[0].lat + 0.009, alone[0].lng - 0.011)
    assert propose([(elsewhere, "")], km=3, parent="") == alone


@pytest.mark.parametrize("km", [0.5, 3, 20])
def test_every_position_is_near_the_centre_of_an_area(km):
    chance = Random(1)
    rows = [(Position(chance.uniform(-80, 80), chance.uniform(-180, 180)), "") for _ in range(300)]
    areas = propose(rows, km=km, parent="")
    for position, _place in rows:
        nearest = min(km_between(*position, area.lat, area.lng) for area in areas)
        assert nearest <= km * 0.75 + 0.1


def test_the_ends_of_the_earth_are_areas_too():
    rows = [(Position(lat, lng), "") for lat in (-90, 0, 90) for lng in (-180, 180)]
    for area in propose(rows, km=3, parent=""):
        assert abs(area.lat) <= 90
        assert abs(area.lng) <= 180


def test_the_same_rows_in_any_order_give_the_same_areas():
    shuffled = TOWN[:]
    Random(7).shuffle(shuffled)
    assert propose(shuffled, km=3, parent="x") == propose(TOWN, km=3, parent="x")


def test_slugs_are_unique_and_fit():
    rows = [(Position(lat, 0), "河畔" if lat % 2 else "x" * 100) for lat in range(6) for _ in "ab"]
    slugs = [area.slug for area in propose(rows, km=3, parent="area")]
    assert len(set(slugs)) == len(slugs) == 7
    assert all(0 < len(slug) <= 80 for slug in slugs)


def test_the_file_is_one_that_import_localities_reads(path, tmp_path):
    rows = [row(reference=str(n), place=place, lat=str(p.lat), lng=str(p.lng))
            for n, (p, place) in enumerate(TOWN)]  # fmt: skip
    out = tmp_path / "areas.csv"
    output = output_of(
        "propose_localities", write(path, *rows, row()), "--out", out, "--parent", "Haïti"
    )
    assert "Proposed: 4 areas from 10 rows" in output
    assert "row 12: There is no position." in output
    assert [line["slug"] for line in read(out)][:2] == ["haiti", "canape-vert"]
    assert "Added: 4" in output_of("import_localities", out)
    assert Locality.objects.get(slug="santo").parent.name == "Haïti"


def test_a_file_that_is_there_is_not_written_over(path, tmp_path):
    out = tmp_path / "areas.csv"
    out.write_text("my work")
    with pytest.raises(CommandError, match="is there already"):
        output_of("propose_localities", write(path, row(lat="0", lng="0")), "--out", out)
    assert out.read_text() == "my work"
