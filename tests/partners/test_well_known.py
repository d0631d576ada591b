"""What this site says of itself to other groups: the same to everyone, and nothing that is not public."""

from typing import Any

import pytest
from django.test import Client

from mutualaid.boundary.strict_json import read_strictly
from mutualaid.partners import keys
from mutualaid.partners.models import SigningKey
from tests.support import factories, scene
from tests.support.signing_in import sign_in

pytestmark = pytest.mark.django_db
ADDRESS = "/.well-known/mutualaid"


@pytest.fixture
def _on() -> None:
    factories.set_policy(has_partners=True)


@pytest.mark.usefixtures("_on")
def test_it_says_who_we_are_where_messages_go_and_which_key_is_ours(client: Client, settings: Any):
    settings.SITE_URL = "https://Help.Example.org"
    answer = client.get(ADDRESS)
    assert answer.headers["Content-Type"] == "application/json"
    assert read_strictly(answer.content) == {
        "name": "Mutual Aid",
        "site": "https://help.example.org",
        "inbox": "https://help.example.org/partners/inbox/",
        "public_key": keys.current_key().public_key,
        "phone": "",
    }


@pytest.mark.usefixtures("_on")
def test_it_fits_into_what_another_site_reads_of_it(client: Client):
    assert len(client.get(ADDRESS).content) < 32_768


def test_without_partners_there_is_no_such_page_and_no_key_is_made(client: Client):
    factories.set_policy(has_partners=False)
    assert client.get(ADDRESS).status_code == 404
    assert not SigningKey.objects.exists()


@pytest.mark.usefixtures("_on")
def test_everyone_gets_the_same_and_a_cache_may_keep_it_for_minutes():
    here = scene.build()
    factories.set_policy(has_partners=True)
    answers = [Client().get(ADDRESS)]
    answers += [sign_in(Client(), person).get(ADDRESS) for person in here.people.values()]
    assert len({answer.content for answer in answers}) == 1
    for answer in answers:
        assert answer.headers["Cache-Control"] == "public, max-age=300"
        assert not answer.cookies


@pytest.mark.usefixtures("_on")
def test_looking_there_again_writes_nothing(client: Client):
    client.get(ADDRESS)
    before = scene.record()
    client.head(ADDRESS)
    assert client.get(ADDRESS).status_code == 200
    assert client.post(ADDRESS).status_code == 405
    assert scene.record() == before
