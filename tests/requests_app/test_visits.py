"""A visit without an account leaves nothing for whoever sits down next: not the answers, not the receipt."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.db import OperationalError
from django.test import Client
from django.utils import timezone

from mutualaid.catalog.models import Category
from mutualaid.people.models import User
from mutualaid.retention.erasing import erase_expired
from mutualaid.sessions import IDLE_SECONDS, SessionStore
from requests_app.models import Ask
from tests.support import asking, stored

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
GONE = "We no longer have what you wrote on the pages before."
ALL_GONE = "We no longer have what you wrote. To keep it safe, we delete it after an hour, when"
LATER = list(asking.ANSWERS)[3:]


@pytest.fixture
def neighbour(client: Client) -> Client:
    asking.words_and_places()
    return client


@pytest.fixture(params=["anonymous", "signed in"])
def whoever(request, rosa: User, signed_in: Callable[[User], Client]) -> Client:
    asking.words_and_places()
    return signed_in(rosa) if request.param == "signed in" else Client()


def after(**time: int) -> time_machine.travel:
    return time_machine.travel(timezone.now() + timedelta(**time))


def test_the_cookie_of_who_is_not_signed_in_ends_with_the_browser(neighbour):
    asking.answer(neighbour, "what")
    for name in ("session", "csrf"):
        neighbour.get("/ask/what/")
        cookie = neighbour.cookies[name]
        assert (cookie["max-age"], cookie["expires"]) == ("", ""), name


def test_the_page_about_data_says_how_long(client, settings):
    assert (IDLE_SECONDS, settings.SESSION_COOKIE_AGE) == (3600, 14 * 86_400)
    page = client.get("/data/").content.decode()
    assert "for an hour; that you" in page
    assert "signed in, for two weeks" in page


def test_who_signs_in_is_remembered(rosa, client):
    rosa.set_password("a long password")
    rosa.save()
    client.post("/account/login/", {"login": rosa.email, "password": "a long password"})
    assert client.cookies["session"]["max-age"] > 86_400
    with after(hours=30):
        assert client.get("/me/").status_code == 200


def test_after_an_hour_nothing_of_a_draft_is_left(whoever):
    asking.answer_all(whoever)
    with after(minutes=59):
        assert "7 Hill Road" in whoever.get("/ask/contact/").content.decode()
    with after(minutes=59 + 61):
        page = whoever.get("/ask/contact/").content.decode()
        assert "7 Hill Road" not in page
        assert whoever.get("/ask/check/").headers["Location"] == "/ask/who/"


def test_a_visit_that_goes_on_does_not_end(neighbour):
    asking.answer_all(neighbour)
    for minutes in range(50, 500, 50):
        with after(minutes=minutes):
            neighbour.get("/ask/contact/" if minutes % 100 else "/ask/check/")
    with after(minutes=450 + 59):
        assert "7 Hill Road" in neighbour.get("/ask/check/").content.decode()


def test_the_clock_of_the_browser_does_not_count(neighbour):
    """Whoever kept the cookie, as a browser may that reopens its tabs, finds nothing."""
    asking.answer_all(neighbour)
    key = neighbour.cookies["session"].value
    with after(minutes=61):
        fresh = Client()
        fresh.cookies["session"] = key
        assert "7 Hill Road" not in fresh.get("/ask/contact/").content.decode()


def test_nothing_of_it_stays_in_the_database_either(neighbour):
    asking.answer_all(neighbour)
    kept_for = Session.objects.get().expire_date - timezone.now()
    assert kept_for <= timedelta(hours=1)
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    erase_expired()
    assert not Session.objects.exists()


@pytest.mark.parametrize("step", LATER)
def test_what_was_just_sent_is_shown_again_and_the_pages_before_are_asked_again(whoever, step):
    asking.answer_all(whoever)
    with after(minutes=61):
        answer = asking.answer(whoever, step)
        page = answer.content.decode()
        assert answer.status_code == 200
        assert GONE in page
        for typed in asking.ANSWERS[step].values():
            shown = typed[0] if isinstance(typed, list) else typed
            assert not shown or shown in page, "it is shown again"
        assert "<title>Error:" not in page
        assert asking.answer(whoever, step).headers["Location"] == "/ask/who/"
        for other in asking.ANSWERS:
            if other != step:
                assert GONE not in asking.answer(whoever, other).content.decode()
        whoever.post("/ask/check/")
    assert Ask.objects.get().contact.address == "7 Hill Road"


def test_a_kind_is_kept_until_its_group_is_chosen_again(whoever):
    asking.answer_all(whoever)
    with after(minutes=61):
        answer = whoever.post("/ask/kind/", asking.ANSWERS["kind"], follow=True)
        assert answer.redirect_chain[-1][0] == "/ask/who/"
        assert GONE in answer.content.decode()
        asking.answer(whoever, "who")
        assert asking.answer(whoever, "what").headers["Location"] == "/ask/where/"


def test_an_answer_that_is_not_asked_for_while_the_kind_is_unknown_is_kept(neighbour):
    Category.objects.update(asks_quantity=True)
    asking.answer(neighbour, "details", people_count="7")
    asking.answer(neighbour, "details")
    asking.answer(neighbour, "what")
    asking.answer(neighbour, "kind")
    assert 'value="7"' in neighbour.get("/ask/details/").content.decode()


def test_who_sends_it_too_late_is_told_kindly_and_nothing_is_sent(whoever):
    asking.answer_all(whoever)
    with after(minutes=61):
        answer = whoever.post("/ask/check/", follow=True)
        assert ALL_GONE in answer.content.decode()
    assert not Ask.objects.exists()


def test_sent_twice_it_is_one_ask_and_the_receipt_is_found_again_for_a_quarter_of_an_hour(whoever):
    asking.answer_all(whoever)
    receipt = whoever.post("/ask/check/").headers["Location"]
    with after(minutes=14):
        for again in (whoever.post("/ask/check/"), whoever.get("/ask/check/")):
            assert again.headers["Location"] == receipt
    with after(minutes=16):
        for again in (whoever.get("/ask/check/"), whoever.post("/ask/check/")):
            assert again.headers["Location"] == "/ask/who/"
        assert ALL_GONE in whoever.get("/ask/who/").content.decode()
    assert Ask.objects.count() == 1


def test_reloading_the_receipt_does_not_make_it_last_longer(neighbour):
    asking.answer_all(neighbour)
    neighbour.post("/ask/check/")
    for minutes in (5, 10, 14):
        with after(minutes=minutes):
            neighbour.get("/ask/check/")
    with after(minutes=16):
        assert neighbour.get("/ask/check/").headers["Location"] == "/ask/who/"


def test_a_clock_that_jumps_lets_a_draft_go_and_breaks_nothing(whoever):
    asking.answer_all(whoever)
    with after(days=-2):
        assert whoever.get("/ask/check/").headers["Location"] == "/ask/who/"


def leave(client: Client) -> None:
    answer = client.post("/leave/")
    assert answer.headers["Location"] == "https://www.wikipedia.org/"
    assert "no-store" in answer.headers["Cache-Control"]
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    for name in ("session", "csrf", "language"):
        assert name not in client.cookies or client.cookies[name].value == "", name


def test_the_quick_exit_leaves_nothing_of_the_visit(neighbour):
    asking.answer_all(neighbour)
    neighbour.post("/language/", {"language": "es"})
    neighbour.get("/ask/what/")
    key = neighbour.cookies["session"].value
    leave(neighbour)
    assert not Session.objects.exists()
    back = Client()
    back.cookies["session"] = key
    assert "7 Hill Road" not in back.get("/ask/contact/").content.decode()
    assert stored.leaks(("7 Hill Road",), stored.every_row()) == []


def test_the_quick_exit_leaves_no_receipt(neighbour):
    asking.ask(neighbour)
    leave(neighbour)
    assert neighbour.get("/ask/check/").headers["Location"] == "/ask/who/"


def test_the_quick_exit_signs_out(rosa, signed_in):
    mine = signed_in(rosa)
    asking.words_and_places()
    asking.answer_all(mine)
    leave(mine)
    assert mine.get("/me/").status_code == 302
    assert "7 Hill Road" not in mine.get("/ask/contact/").content.decode()


def test_while_the_database_is_away_the_way_out_works(neighbour, monkeypatch):
    asking.answer_all(neighbour)

    def away(*_args: object, **_more: object) -> None:
        raise OperationalError

    neighbour.raise_request_exception = False
    monkeypatch.setattr(SessionStore, "load", away)
    monkeypatch.setattr(SessionStore, "delete", away)
    monkeypatch.setattr(SessionStore, "save", away)
    leave(neighbour)


def test_no_other_site_can_make_someone_leave(rosa):
    careful = Client(enforce_csrf_checks=True)
    assert careful.post("/leave/").status_code == 403


@pytest.mark.parametrize(
    "path", ["/", "/ask/what/", "/ask/contact/", "/need/lost/", "/me/", "/account/data/"]
)
def test_each_page_has_the_way_out_and_it_works_without_script(path, rosa, signed_in):
    asking.words_and_places()
    page = signed_in(rosa).get(path).content.decode()
    assert page.count('id="exit"') == page.count('method="post" action="/leave/"') == 1
    assert "Leave quickly" in page
    assert "It forgets what you typed and signs you out." in page


def test_another_language_on_the_way_keeps_every_page_that_was_sent(neighbour):
    asking.answer_all(neighbour)
    neighbour.post("/language/", {"language": "es", "next": "/ask/check/"})
    page = neighbour.get("/ask/check/").content.decode()
    assert 'lang="es"' in page
    assert "7 Hill Road" in page
    neighbour.post("/ask/check/")
    contact = Ask.objects.get().contact
    assert (contact.address, contact.language) == ("7 Hill Road", "es")


def test_two_tabs_fill_one_draft_and_send_one_ask(neighbour):
    asking.answer_all(neighbour)
    asking.answer(neighbour, "details", notes="from the other tab")
    first, second = neighbour.post("/ask/check/"), neighbour.post("/ask/check/")
    assert first.headers["Location"] == second.headers["Location"]
    assert Ask.objects.get().needs.get().notes.text == "from the other tab"
