"""The map on the board: how many needs are open in each area, and no one can be picked out."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.support import factories

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


@pytest.fixture(autouse=True)
def riverside_and_hilltop(db):
    factories.locality("riverside")
    factories.locality("hilltop", 0.02, 0.0)


def shown(client, query="") -> str:
    page: str = client.get(f"/board/{query}").content.decode()
    return page.partition('<figure class="map" id="map">')[2].partition("</figure>")[0]


@pytest.mark.parametrize(("needs", "label"), [(1, "1–2"), (2, "1–2"), (3, "3"), (7, "7")])
def test_an_area_shows_how_many_wait_and_one_looks_like_two(client, needs, label):
    for _ in range(needs):
        factories.need()
    assert f'<a href="?area=riverside" lang="en" aria-label="Riverside: {label}">' in shown(client)
    assert f'<a href="?area=riverside"><bdi lang="en">Riverside</bdi></a>: {label}</li>' in shown(
        client
    )
    assert "Hilltop</bdi></a>" not in shown(client)


def test_a_sensitive_need_is_on_no_map(client):
    factories.need(locality=factories.locality("hilltop"))
    factories.need(category=factories.category("papers", sensitive=True))
    assert "Hilltop</bdi></a>: 1–2" in shown(client)
    assert "Riverside</bdi></a>" not in shown(client)


def test_a_chosen_area_is_marked_on_the_map_and_its_links_keep_the_other_filters(client):
    factories.need()
    page = shown(client, "?area=riverside&soon=2")
    assert 'href="?soon=2&amp;area=riverside" aria-current="true"' in page
    assert 'href="?soon=2&amp;area=hilltop" lang="en" aria-label="Hilltop"' in page


def test_the_map_shows_all_areas_of_what_the_other_filters_let_through(client):
    factories.need()
    assert "Riverside: 1–2" in shown(client, "?area=hilltop")
    assert "Riverside: 1–2" not in shown(client, "?soon=4")


def test_a_place_of_one_area_needs_no_map(client):
    factories.need()
    factories.locality("hilltop").delete()
    assert shown(client) == ""


def test_the_map_of_a_wide_country_stays_small(client):
    for number in range(60):
        factories.locality(f"area-{number}", number * 0.1, number * 0.1)
    factories.need()
    assert shown(client).count("<path") == 40
    assert len(client.get("/board/").content) < 30_000


def test_names_never_stand_on_one_another_and_a_hidden_one_is_still_said(client):
    """A row of long thin areas, as lots beside a river."""
    for number in range(6):
        left = number * 0.002
        area = factories.locality(f"lower-river-lots-{number}", 0.01, left + 0.001)
        area.outline = [[[(left, 0.0), (left + 0.002, 0.0), (left + 0.002, 0.02), (left, 0.02)]]]
        area.save()
        factories.need(locality=area)
    page = shown(client)
    texts = re.findall(r'<tspan class="name" x="(\d+)"[^>]*>([^<]*)', page)
    assert "Lower-river-lots-3: 1–2" in page, "said to who cannot see it"
    assert "<title>Lower-river-lots-3</title>" in page, "and to who points at it"
    assert not any("river" in text for _x, text in texts)
    assert any(text == "Hilltop" for _x, text in texts), "which has room"


def test_an_area_with_room_has_its_name_below_its_count(client):
    for number in range(30):  # wherever it is on the map
        lat, lng = number % 5 * 0.03, 0.03 + number // 5 * 0.03
        factories.need(locality=factories.locality(f"a{number}", lat, lng))
    assert len(re.findall(r'class="name"[^>]*>A\d+<', shown(client))) == 30


def test_a_phone_has_the_needs_before_the_map_and_a_way_to_it(client):
    factories.need()
    page = client.get("/board/").content.decode()
    assert page.index('href="#map"') < page.index('class="notes"') < page.index('id="map"')


@pytest.mark.parametrize("path", ["/", "/near/", "/ask/where/", "/board/text/"])
def test_a_page_without_a_map_reads_no_outlines(client, path):
    factories.need()
    with CaptureQueriesContext(connection) as queries:
        client.get(path)
    assert queries.captured_queries
    assert not [query["sql"] for query in queries if '"outline"' in query["sql"]]


def test_a_name_in_two_lines_is_cut_between_its_words(client):
    for number, name in enumerate(["Old Harbour", "Northampton Docks", "St Bartholomew"]):
        area = factories.locality(name.lower().replace(" ", "-"), 0.004 * number, 0.03)
        type(area).objects.filter(pk=area.pk).update(name=name)
    lines = re.findall(r"<tspan[^>]*>([^<]*)</tspan>", shown(client))
    assert any(" " not in line for line in lines), "one at least is in two lines"
    words = {"Old", "Harbour", "Northampton", "Docks", "St", "Bartholomew", "Riverside", "Hilltop"}
    assert {word for line in lines for word in line.split()} <= words
