"""`/group.json`: only for a group that wishes to be found, and nothing that its pages do not say."""

import pytest
from django.conf import settings

from tests.support import factories

pytestmark = pytest.mark.django_db


def test_it_is_not_there_until_the_group_wishes_it(client):
    assert client.get("/group.json").status_code == 404


def test_it_says_name_areas_page_languages_and_help_line(client):
    factories.set_policy(can_be_found=True)
    area = factories.locality()
    held = client.get("/group.json").json()
    assert held["@type"] == "vf:Organization"
    assert held["website"] == settings.SITE_URL.rstrip("/") + "/"
    assert area.name in [one["name"] for one in held["service_areas"]]
    assert {"id", "code", "name"} == set(held["languages"][0])


def test_it_says_nothing_else(client):
    factories.set_policy(can_be_found=True)
    allowed = {
        "@context", "@type", "@id", "id", "name", "website", "phones", "languages", "service_areas",
    }  # fmt: skip
    assert set(client.get("/group.json").json()) == allowed


def test_each_file_gives_the_same_ids(client):
    factories.set_policy(can_be_found=True)
    assert client.get("/group.json").json() == client.get("/group.json").json()
