"""Whoever moves an area and whoever matches an offer there never wait for each other in a ring."""

from collections.abc import Callable
from threading import Event

import pytest
from django.db import connection

from mutualaid.catalog.models import Locality
from mutualaid.matching import actions, tasks
from mutualaid.matching.search import offer_index
from tests.support import factories
from tests.support.at_once import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
SECONDS = 5
"""A ring is found after one."""
Job = Callable[[], object]


@pytest.fixture(autouse=True)
def rows_are_locked():
    if connection.vendor != "postgresql":
        pytest.skip("on SQLite nobody writes beside another")


@pytest.fixture
def hill() -> Locality:
    return factories.locality("hill")


@pytest.fixture
def in_turn(monkeypatch) -> Callable[[Job, Job], None]:
    """Run both: one up to where an offer is locked, the other up to where areas are measured, then on."""

    def run(match: Job, change: Job) -> None:
        offer_is_locked, areas_are_measured = Event(), Event()
        related, look_again = offer_index.related_categories, actions.look_at_areas_again

        def wait_for_areas():
            offer_is_locked.set()
            areas_are_measured.wait(SECONDS)
            return related()

        def let_the_other_go_on(ids):
            areas_are_measured.set()
            look_again(ids)

        def change_areas():
            offer_is_locked.wait(SECONDS)
            change()

        monkeypatch.setattr(offer_index, "related_categories", wait_for_areas)
        monkeypatch.setattr(actions, "look_at_areas_again", let_the_other_go_on)
        jobs: list[Job] = [match, change_areas]
        at_once(jobs)
        monkeypatch.undo()

    return run


def move(area: Locality) -> None:
    area.lat = 0.01
    area.save()


def test_an_area_moves_while_it_is_measured_how_far_an_offer_there_reaches(hill, in_turn, sam):
    need = factories.need(locality=factories.locality("valley", lat=0.05))
    offer = factories.offer(by=sam, localities=[hill], reach_km=1)
    tasks.sweep()
    in_turn(
        lambda: factories.offer(by=sam, localities=[hill], reach_km=9),
        lambda: move(hill),
    )
    tasks.sweep()
    assert need.matches.get().offer == offer
