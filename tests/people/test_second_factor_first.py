"""A staff account without its second factor reaches no page of the admin: every address, every method. S9."""

import pytest
from django.test import Client

from tests import test_site_map_admin
from tests.support import scene
from tests.support.factors import has_app
from tests.support.signing_in import sign_in

TO_SET_UP, TO_PROVE = "/account/second-factor/", "/account/ways/reauthenticate/"


@pytest.mark.slow
@pytest.mark.one_database
@pytest.mark.parametrize("has_one", [False, True])
def test_without_it_no_page_of_the_admin_opens_by_any_method(here: scene.Scene, has_one):
    carla = here.people["carla"]
    if has_one:
        has_app(carla)
    client = sign_in(Client(raise_request_exception=False), carla, second_factor=False)
    to = TO_PROVE if has_one else TO_SET_UP
    before = scene.record()
    for route in test_site_map_admin.ROWS:
        if route == "/admin/logout/":
            continue
        path = test_site_map_admin.path_of(route, here)
        for method in ("get", "head", "post", "put", "delete", "options"):
            answer = getattr(client, method)(path)
            is_refused = answer.status_code == 405
            assert is_refused or answer.headers.get("Location", "").startswith(to), (method, path)
    assert scene.record() == before
