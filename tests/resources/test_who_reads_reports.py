"""Who reads what people say is wrong: coordinators, on one page each, and no one else anywhere."""

import pytest

from mutualaid.people.models import Role
from tests import test_site_map, test_site_map_admin
from tests.support import factories, walking

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


@pytest.mark.slow
def test_what_someone_wrote_stands_on_pages_of_coordinators_alone(here, signed_in):
    """The report of the scene, on every page, for everyone and each role of the team."""
    browsers = walking.clients(here)
    for role in (Role.INTAKE, Role.AUDITOR, Role.SITE_KEEPER):
        browsers[role] = signed_in(factories.person(f"Someone {role}", role))
    carlas = browsers.pop("carla")
    maps = (test_site_map, test_site_map_admin)
    paths = {place.path_of(route, here) for place in maps for route in place.ROWS}
    for who, browser in browsers.items():
        browser.raise_request_exception = False
        for path in paths - {"/admin/logout/", "/account/logout/"}:
            assert "Closed on Fridays" not in walking.text_of(browser.get(path)), (who, path)
    assert "Closed on Fridays" in carlas.get("/admin/resources/check/").content.decode()
