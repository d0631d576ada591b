"""Outlines of areas: a GeoJSON file is read, looked at and written; what does not fit is said."""

import json
import re
from html import unescape
from math import cos, pi, sin
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from mutualaid.catalog.models import Locality
from mutualaid.catalog.outlines import MOST_POINTS, simplify
from tests.support import factories

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
PAGE = "/admin/areas/outlines/"


@pytest.fixture(autouse=True)
def riverside_and_hilltop(db):
    factories.locality("riverside", 0.0, 0.0)
    factories.locality("hilltop", 0.02, 0.0)


def square(lng: float = 0.0, lat: float = 0.0, half: float = 0.01) -> list[list[float]]:
    return [
        [lng - half, lat - half], [lng + half, lat - half], [lng + half, lat + half],
        [lng - half, lat + half], [lng - half, lat - half],
    ]  # fmt: skip


def feature(name: Any, rings: Any, kind: str = "Polygon", key: str = "NAME") -> dict[str, Any]:
    geometry = {"type": kind, "coordinates": rings}
    return {"type": "Feature", "properties": {key: name}, "geometry": geometry}


def collection(*features: Any, **fields: Any) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": list(features), **fields}


def upload(admin: Any, data: Any) -> str:
    content = data if isinstance(data, bytes) else json.dumps(data).encode()
    file = SimpleUploadedFile("areas.geojson", content)
    return " ".join(unescape(admin.post(PAGE, {"file": file}).content.decode()).split())


def write(admin: Any, page: str) -> Any:
    (signed,) = re.findall(r'name="read" value="([^"]+)"', page)
    return admin.post(PAGE, {"read": signed})


def outline(slug: str = "riverside") -> Any:
    return Locality.objects.get(slug=slug).outline


def test_a_file_is_looked_at_first_and_then_written_and_drawn_on_the_board(admin, client):
    factories.need()
    page = upload(admin, collection(feature("Riverside", [square()]), feature("Moon", [square()])))
    assert "These areas get an outline: <bdi>Riverside</bdi>" in page
    assert "No area here has one of these names: <bdi>Moon</bdi>" in page
    assert "not in the file and keep what they have: <bdi>Hilltop</bdi>" in page
    assert outline() is None
    write(admin, page)
    assert outline() == [[[[-0.01, -0.01], [0.01, -0.01], [0.01, 0.01], [-0.01, 0.01]]]]
    board = client.get("/board/").content.decode()
    (drawn,) = re.findall(r'aria-label="Riverside[^"]*"><path class="some" d="([^"]+)"', board)
    assert drawn.count("L") == 3


@pytest.mark.parametrize("name", ["riverside", " RIVERSIDE ", "Riverside"])
def test_areas_are_found_by_name_or_code_in_whatever_property(name, admin):
    write(admin, upload(admin, collection(feature(name, [square()], key="ward_nm"))))
    assert outline()


def test_islands_and_holes_are_kept(admin):
    rings = [[square(), square(half=0.005)], [square(0.05)]]
    write(admin, upload(admin, collection(feature("Riverside", rings, "MultiPolygon"))))
    assert [len(polygon) for polygon in outline()] == [2, 1]


def test_a_coast_of_thousands_of_points_is_thinned_and_keeps_its_shape(admin):
    def corner(n: int) -> list[float]:
        far = 0.01 + 0.001 * sin(n * 0.7)
        return [far * cos(n * pi / 2500), far * sin(n * pi / 2500)]

    coast = [corner(n) for n in range(5000)]
    write(admin, upload(admin, collection(feature("Riverside", [[*coast, coast[0]]]))))
    points = outline()[0][0]
    assert 8 <= len(points) <= MOST_POINTS
    assert all(0.008 < (x * x + y * y) ** 0.5 < 0.012 for x, y in points)


BOW_TIE = [[0, 0], [0.01, 0.01], [0.01, 0], [0, 0.01], [0, 0]]
FLAT = [[0, 0], [0.01, 0], [0.02, 0], [0, 0]]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (collection(feature("Riverside", [BOW_TIE])), "Riverside: its lines cross"),
        (collection(feature("Riverside", [square(5)])), "is it another place?"),
        (collection(feature("Riverside", [square(400_000, 5e6)])), "n't in degrees"),
        (collection(feature("Riverside", [FLAT])), "it covers no ground"),
        (collection(feature("Riverside", "no points")), "its points can't be read"),
        (collection(feature("Riverside", [[[0, None]]])), "its points can't be read"),
        (collection(feature("Riverside", None)), "Riverside: it"),
        (collection(feature("Riverside", [0, 0], "Point")), "no area but points or lines"),
        (collection({"properties": {"NAME": "Riverside"}}), "no area but points or lines"),
        (collection(feature("Moon", [square()])), "No shape of this file has the name"),
        (collection(feature(7, [square()]), None, []), "No shape of this file has the name"),
        (
            collection(
                feature("Riverside", [square()]),
                crs={"properties": {"name": "urn:ogc:def:crs:EPSG::25832"}},
            ),
            "n't in degrees",
        ),
        (collection(), "no GeoJSON"),
        ([], "no GeoJSON"),
        ({"features": {}}, "no GeoJSON"),
        (b"\xff\x00", "no JSON"),
        (b"", "This file is empty."),
        (b" " * 5_000_001, "too large"),
    ],
)
def test_a_file_that_cannot_be_used_is_told_why_and_writes_nothing(data, said, admin):
    page = upload(admin, data)
    assert said in page
    assert 'name="read"' not in page
    assert outline() is None


def test_one_bad_shape_does_not_keep_the_others_away(admin):
    page = upload(
        admin,
        collection(
            feature("Riverside", [BOW_TIE]),
            feature("Hilltop", [square(0.0, 0.02)]),
            feature("Hilltop", [square(0.0, 0.02)]),
        ),
    )
    assert "Riverside: its lines cross" in page
    assert "Hilltop: it is in the file twice" in page
    write(admin, page)
    assert outline("hilltop")
    assert outline() is None


def test_a_file_of_fifty_megabytes_gets_an_answer(admin):
    answer = admin.post(PAGE, {"file": SimpleUploadedFile("big.json", b" " * 50_000_000)})
    assert answer.status_code in (200, 413)
    assert answer.content
    assert outline() is None


def test_what_was_not_shown_is_not_written(admin):
    answer = admin.post(PAGE, {"read": json.dumps({"1": [[square()]]})}, follow=True)
    assert "Please choose the file again." in answer.content.decode()
    assert outline() is None


def test_all_outlines_can_be_taken_away(admin):
    write(admin, upload(admin, collection(feature("Riverside", [square()]))))
    assert "Take all outlines away" in admin.get(PAGE).content.decode()
    admin.post(PAGE, {"remove": "1"})
    assert outline() is None


def test_a_volunteer_may_not_change_the_map(signed_in, sam):
    assert signed_in(sam).get(PAGE).status_code in (302, 403)


def test_a_thinned_ring_keeps_three_points():
    ring = [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)]
    assert len(simplify(ring, tolerance=100)) == 3
