"""After sending: first that it was received, with the code and all ways to keep it."""

import pytest
from django.core import mail

from mutualaid.notify.tasks import sweep as deliver_all
from requests_app import actions
from requests_app.models import Need
from tests.support import asking, factories

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
BY_MAIL = {"email": "ana@mail.example"}


@pytest.fixture(autouse=True)
def _words_and_places():
    asking.words_and_places()


def page(client, link: str) -> str:
    return str(client.get(link).content.decode())


def test_the_first_thing_said_is_that_it_was_received_and_the_code(client):
    shown = page(client, asking.ask(client)).split("<main")[1]
    assert shown.index("We have your ask") < shown.index('class="code"')
    assert shown.index('class="code"') < shown.index("What happens next")
    assert shown.index("What happens next") < shown.index("How long it may take")
    assert shown.count("<h1") == 1
    assert shown.count('class="code"') == 1
    assert shown.count("What happens next") == 1


@pytest.mark.parametrize("is_sensitive", [True, False])
def test_what_a_coordinator_reads_first_is_told_so(client, is_sensitive):
    factories.category("bill", parent=factories.category("food"), sensitive=is_sensitive)
    shown = page(client, asking.ask(client, kind={"category": ["bill"]}))
    reads, asks = "A coordinator reads all you ask for", "We ask a few people near you"
    assert (reads in shown) == is_sensitive
    assert not is_sensitive or shown.index(reads) < shown.index(asks)


def test_for_someone_else_no_one_is_said_to_reach_who_asked(client):
    """They may have said that the other one is to be called."""
    assert "in touch with you" not in page(client, asking.ask(client))


def test_who_comes_back_later_or_from_elsewhere_finds_how_it_stands_instead(client):
    link = asking.ask(client)
    assert "We have your ask" in page(client, link)
    client.cookies.clear()
    assert "We have your ask" not in page(client, link)


def test_of_another_ask_it_is_not_the_receipt(client):
    first = asking.ask(client)
    asking.ask(client)
    assert "We have your ask" not in page(client, first)


def test_reloaded_it_is_still_the_receipt_until_something_is_done_there(client):
    link = asking.ask(client, contact=BY_MAIL)
    client.post(f"{link}send/")
    for _ in range(2):
        assert "We have your ask" in page(client, link)
    client.post(f"{link}{Need.objects.get().public_id}/keep_open/")
    assert "We have your ask" not in page(client, link)
    assert client.post("/ask/check/").headers["Location"] == link, "sent twice it is still one"


def test_what_needs_a_script_is_hidden_without_one(client):
    shown = page(client, asking.ask(client))
    for what in ("copy", "share", "print"):
        assert f"hidden data-{what}" in shown


def test_it_is_sent_to_them_once_an_hour_however_often_they_press(client):
    link = asking.ask(client, contact=BY_MAIL)
    deliver_all()
    mail.outbox.clear()
    for _ in range(3):
        told = client.post(f"{link}send/", follow=True).content.decode()
        assert "send it to you" in told
    deliver_all()
    assert [message.to for message in mail.outbox] == [["ana@mail.example"]]


@pytest.mark.parametrize("contact", [{}, BY_MAIL | {"channels": ["call"]}])
def test_it_goes_no_way_that_is_not_safe(client, contact):
    link = asking.ask(client, contact=contact)
    deliver_all()
    mail.outbox.clear()
    assert "send/" not in page(client, link)
    told = client.post(f"{link}send/", follow=True).content.decode()
    assert "We have no safe way to send it." in told
    deliver_all()
    assert mail.outbox == []


def test_nothing_is_sent_of_what_is_over(client):
    link = asking.ask(client, contact=BY_MAIL)
    actions.withdraw_need(Need.objects.get())
    assert not actions.send_receipt_again(Need.objects.get().ask)
    assert "send/" not in page(client, link)
