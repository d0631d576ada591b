"""A group that cannot take more says so in its own words, and closes nothing that has begun."""

from datetime import timedelta

import pytest
from django.utils import timezone

from requests_app.models import Ask
from tests.support import asking, factories

pytestmark = pytest.mark.django_db
WORDS = "The river is in our kitchen, too."


@pytest.fixture(autouse=True)
def _words_and_places():
    asking.words_and_places()


def pause(**values):
    factories.set_policy(asking_paused=True, asking_paused_words=WORDS, **values)


@pytest.mark.parametrize("step", ["who", "what", "details-2", "check"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_whoever_comes_reads_it_on_every_page(client, step, method):
    pause()
    page = getattr(client, method)(f"/ask/{step}/", follow=True).content.decode()
    assert "take new asks right now" in page
    assert WORDS in page
    assert not Ask.objects.exists()


def test_what_the_last_form_carried_is_there_where_the_pages_before_were_forgotten(client):
    pause()
    page = asking.answer(client, "details", notes="Milk for Bo").content.decode()
    assert "Nothing has been saved yet" in page
    assert "Milk for Bo" in page
    assert "Nothing has been saved yet" not in client.get("/ask/details/").content.decode()


def test_what_is_near_is_named_meanwhile(client):
    factories.resource("Friday table")
    pause()
    page = client.get("/ask/who/").content.decode()
    assert "Friday table" in page
    assert 'href="/near/"' in page


@pytest.mark.parametrize(("days", "is_paused"), [(-1, False), (0, True), (1, True)])
def test_it_ends_after_its_last_day(client, days, is_paused):
    pause(asking_paused_until=timezone.localdate() + timedelta(days=days))
    assert (WORDS in client.get("/ask/who/").content.decode()) == is_paused


def test_who_has_begun_may_finish_and_finds_the_receipt(client):
    asking.answer_all(client)
    pause()
    sent = client.post("/ask/check/")
    assert "We have your ask" in client.get(sent.headers["Location"]).content.decode()
    assert client.post("/ask/check/").headers["Location"] == sent.headers["Location"]
    assert Ask.objects.count() == 1


def test_a_private_link_goes_on_and_takes_another_thing(client):
    link = asking.ask(client)
    pause()
    client.cookies.clear()
    assert client.get(link).status_code == 200
    assert "What else do you need?" in client.get(f"{link}add/").content.decode()


def test_words_with_markup_are_shown_as_text(client):
    factories.set_policy(asking_paused=True, asking_paused_words="<script>x</script>")
    assert "&lt;script&gt;x" in client.get("/ask/who/").content.decode()
