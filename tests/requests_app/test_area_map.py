"""The map on the board: how many needs are open in each area, and no one can be picked out."""

import pytest

from tests.support import factories

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


@pytest.fixture(autouse=True)
def riverside_and_hilltop(db):
    factories.locality("riverside")
    factories.locality("hilltop", 0.02, 0.0)


def shown(client, query="") -> str:
    page: str = client.get(f"/board/{query}").content.decode()
    return page.partition('<figure class="map">')[2].partition("</figure>")[0]


@pytest.mark.parametrize(("needs", "label"), [(1, "1–2"), (2, "1–2"), (3, "3"), (7, "7")])
def test_an_area_shows_how_many_wait_and_one_looks_like_two(client, needs, label):
    for _ in range(needs):
        factories.need()
    assert f'<a href="?area=riverside" aria-label="Riverside: {label}">' in shown(client)
    assert f'<a href="?area=riverside">Riverside</a>: {label}</li>' in shown(client)
    assert "Hilltop</a>" not in shown(client)


def test_a_sensitive_need_is_on_no_map(client):
    factories.need(locality=factories.locality("hilltop"))
    factories.need(category=factories.category("papers", sensitive=True))
    assert "Hilltop</a>: 1–2" in shown(client)
    assert "Riverside</a>" not in shown(client)


def test_a_chosen_area_is_marked_on_the_map_and_its_links_keep_the_other_filters(client):
    factories.need()
    page = shown(client, "?area=riverside&soon=2")
    assert 'href="?soon=2&amp;area=riverside" aria-current="true"' in page
    assert 'href="?soon=2&amp;area=hilltop" aria-label="Hilltop"' in page


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
