"""People who move areas at once: each waits for the others, no one is turned away, distances are right."""

import pytest
from django.test import Client

from mutualaid.catalog.models import Locality, LocalityDistance, LocalityReach, measure_areas
from mutualaid.people.models import Role
from tests.support import factories
from tests.support.admin_form import as_it_stands
from tests.support.at_once import at_once
from tests.support.signing_in import sign_in

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
TURNS = 5


@pytest.fixture
def areas() -> list[Locality]:
    areas = [factories.locality(f"area-{n}", lat=n / 50, lng=0) for n in range(4)]
    measure_areas({area.pk: 25 for area in areas})
    return areas


@pytest.fixture
def browsers(areas) -> list[Client]:
    people = [factories.person(f"Carla {n}", Role.COORDINATOR) for n in range(len(areas))]
    return [sign_in(Client(), person) for person in people]


def page_of(area: Locality) -> str:
    return f"/admin/catalog/locality/{area.pk}/change/"


def distances() -> set[tuple[int, int, float]]:
    rows = LocalityDistance.objects.values_list("locality", "other", "km")
    return {(here, there, round(km, 6)) for here, there, km in rows}


def test_whoever_moves_an_area_waits_for_those_who_move_others(areas, browsers):
    for turn in range(TURNS):
        moved = [
            as_it_stands(browser, page_of(area))
            | {"lat": f"{(n + turn) / 60}", "name_es": f"{turn}"}
            for n, (browser, area) in enumerate(zip(browsers, areas, strict=True))
        ]
        jobs = [
            lambda browser=browser, area=area, form=form: browser.post(page_of(area), form)
            for browser, area, form in zip(browsers, areas, moved, strict=True)
        ]
        assert [answer.status_code for answer in at_once(jobs)] == [302] * len(areas)
        kept = distances()
        LocalityReach.objects.update(is_measured=False)
        measure_areas()
        assert distances() == kept
