"""After the whole way, from the proposal to the last row, no page knows anyone."""

import pytest
from django.test import Client

from mutualaid.people.models import Role
from tests.support import factories, scene, winding
from tests.support.signing_in import sign_in

pytestmark = pytest.mark.django_db(transaction=True)
NAMES = ("Rosa", "Sam", "Carla", "Dora", "Mallory", "Ana", "555 0100", "7 Hill Road")
STAYS = ("/numbers/", "/numbers/numbers.csv", "/numbers/numbers.json", "/healthz", "/readyz")


def test_nothing_that_stays_names_anyone_and_who_was_signed_in_is_not_any_more():
    here = scene.build()
    private = f"/need/{here.token}/"
    carla = here.people["carla"]
    browsers = (Client(), sign_in(Client(), carla))
    assert "Rosa" in browsers[1].get("/admin/people/user/").content.decode()
    winding.ended(carla, factories.person("Dora", Role.COORDINATOR))
    for browser in browsers:
        for path in (private, "/", "/admin/people/user/", "/me/", "/gone/", *STAYS):
            answer = browser.get(path)
            known = [name for name in NAMES if name in answer.content.decode()]
            assert known == [], path
            assert answer.status_code == (200 if path in ("/", *STAYS) else 410), path
