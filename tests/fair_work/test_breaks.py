"""Someone who carries a lot is asked once, privately, and no one else learns of it."""

import logging
import re
from datetime import timedelta
from functools import partial

import pytest
from django.core import mail
from django.utils import timezone

from mutualaid.data_rights.export import data_of
from mutualaid.fair_work.actions import ask_about_break
from mutualaid.fair_work.models import BreakQuestion
from mutualaid.fair_work.one_tap import break_helper
from mutualaid.fair_work.tasks import sweep
from mutualaid.group.actions import change_group
from mutualaid.notify.links.one_tap import one_tap_url
from mutualaid.notify.models import Notification
from mutualaid.notify.registry import compose, kind_named
from mutualaid.notify.rendering.render import render_text_message
from mutualaid.notify.tasks import sweep as deliver
from mutualaid.people.models import Role
from mutualaid.retention.erasing import erase
from mutualaid.retention.tasks import sweep as erase_what_is_over
from mutualaid.retention.terms import ACCOUNT
from offers_app.models import Offer
from requests_app.models import Ask, Need
from tests.support import carrying, factories
from tests.support.at_once import at_once
from tests.support.people import has_phone
from tests.support.stored import every_row

pytestmark = pytest.mark.django_db


@pytest.fixture
def on(db):
    factories.set_policy(asks_about_breaks=True)


@pytest.fixture
def busy(sam, on):
    carrying.tasks(sam, per_week=2, each_week=3)
    mail.outbox.clear()
    return sam


def ask_all():
    sweep()
    deliver()


def letters():
    return [letter for letter in mail.outbox if letter.subject == "How are you doing?"]


def link(letter, action):
    """The link below the button of this name."""
    (url,) = re.findall(rf"^{action}:\n(\S+)$", letter.body, re.MULTILINE)
    return url


def tap(client, url):
    path = url.removeprefix("http://localhost:8000")
    assert client.get(path).status_code == 200
    return client.post(path).content.decode()


PAUSE, HELPER, FINE = (
    "Take a break for two weeks", "Ask for another pair of hands", "No, I am fine",
)  # fmt: skip


def test_who_carried_far_more_than_they_said_is_asked_once(busy):
    ask_all()
    ask_all()
    (letter,) = letters()
    assert letter.to == [busy.email]
    for words in ("Would you like a break?", PAUSE, FINE):
        assert words in letter.body
    assert HELPER not in letter.body, "a group without that category cannot look for someone"


def test_a_site_that_has_not_switched_it_on_asks_no_one_and_keeps_nothing(sam):
    carrying.tasks(sam, per_week=2, each_week=3)
    ask_all()
    assert not BreakQuestion.objects.exists()
    assert letters() == []


def test_a_group_that_winds_down_asks_no_one(busy):
    change_group(by=None, changes={"ends_on": timezone.localdate() + timedelta(days=30)})
    ask_all()
    assert letters() == []


def test_what_waits_when_the_group_stops_to_ask_is_not_sent(busy):
    sweep()
    factories.set_policy(asks_about_breaks=False)
    deliver()
    assert letters() == []


@pytest.mark.parametrize(("days", "times"), [(59, 1), (61, 2)])
def test_no_one_is_asked_twice_in_sixty_days(busy, days, times):
    assert ask_about_break(busy)
    ago = timezone.now() - timedelta(days=days)
    BreakQuestion.objects.update(asked_at=ago, expires_at=ago + timedelta(days=60))
    assert ask_about_break(busy) is (times == 2)
    assert Notification.objects.filter(kind="break_question").count() == times


@pytest.mark.django_db(transaction=True)
def test_twelve_sweeps_at_once_ask_once(sam):
    factories.set_policy(asks_about_breaks=True)
    carrying.tasks(sam, per_week=2, each_week=3)
    at_once([partial(sweep) for _ in range(12)])
    assert BreakQuestion.objects.count() == 1
    assert Notification.objects.filter(kind="break_question").count() == 1


@pytest.mark.django_db(transaction=True)
def test_twelve_sweeps_at_once_after_sixty_days_ask_once_more(sam):
    factories.set_policy(asks_about_breaks=True)
    assert ask_about_break(sam)
    ago = timezone.now() - timedelta(days=61)
    BreakQuestion.objects.update(asked_at=ago, expires_at=ago + timedelta(days=60))
    done = at_once([partial(ask_about_break, sam) for _ in range(12)])
    assert sum(done) == 1
    assert BreakQuestion.objects.count() == 1


def test_who_wants_none_of_these_messages_is_not_asked_and_nothing_is_kept(busy):
    has_phone(busy, breaks=[])
    ask_all()
    assert letters() == []
    assert not BreakQuestion.objects.exists()


def test_that_someone_wants_none_of_them_outlasts_a_time_in_which_the_group_does_not_ask(
    busy, signed_in
):
    has_phone(busy, breaks=[])
    factories.set_policy(asks_about_breaks=False)
    browser = signed_in(busy)
    form = browser.get("/messages/").context["form"]
    typed = {name: value for name in form.fields if (value := form[name].value())}
    assert browser.post("/messages/", typed).status_code == 302
    factories.set_policy(asks_about_breaks=True)
    ask_all()
    assert letters() == []


def test_a_break_is_one_tap_and_looks_like_any_other(busy, client):
    ask_all()
    page = tap(client, link(letters()[0], PAUSE))
    assert "You&#x27;re taking a break" in page
    offer = Offer.objects.get(volunteer=busy)
    assert (offer.state, offer.paused_until) == (
        "paused", timezone.localdate() + timedelta(days=14),
    )  # fmt: skip


def test_a_longer_break_that_is_on_already_is_not_cut_short(busy, client):
    ask_all()
    Offer.objects.update(state="paused", paused_until=None)
    tap(client, link(letters()[0], PAUSE))
    assert Offer.objects.get(volunteer=busy).paused_until is None


def test_that_they_are_fine_is_not_kept(busy, client):
    ask_all()
    before = list(BreakQuestion.objects.values())
    assert "Thanks for telling us" in tap(client, link(letters()[0], FINE))
    assert list(BreakQuestion.objects.values()) == before
    assert Offer.objects.get(volunteer=busy).state == "active"


def test_another_pair_of_hands_is_a_need_like_any_other(busy, client, signed_in):
    factories.category("help-group", offered_only=True)
    ask_all()
    url = link(letters()[0], HELPER)
    for _ in range(2):
        assert "looking for someone" in tap(client, url)
    need = Need.objects.get(category__slug="help-group")
    assert (need.state, need.ask.account, need.locality.slug) == ("open", busy, "riverside")
    assert [one.code for one in need.ask.languages.all()] == ["en"]
    assert f"/me/asks/{need.ask.public_id}/" in signed_in(busy).get("/me/").content.decode()
    assert not need.notes.text, "words that no one typed would tell who was asked about a break"


@pytest.mark.django_db(transaction=True)
def test_tapped_by_two_at_once_it_is_one_need(sam):
    factories.set_policy(asks_about_breaks=True)
    factories.category("help-group")
    carrying.tasks(sam, per_week=2, each_week=3)
    sweep()
    question = BreakQuestion.objects.get()
    at_once([partial(break_helper, question.pk, sam) for _ in range(6)])
    assert Need.objects.filter(category__slug="help-group").count() == 1


def test_while_no_one_can_ask_no_helper_is_promised(busy, client):
    factories.category("help-group")
    ask_all()
    factories.set_policy(asking_paused=True)
    assert "talk to a coordinator" in tap(client, link(letters()[0], HELPER))
    assert not Need.objects.filter(category__slug="help-group").exists()


def test_someone_else_gets_nowhere_with_the_number_of_a_question(busy, mallory, client):
    ask_all()
    question = BreakQuestion.objects.get()
    for action in ("break_pause", "break_helper", "break_fine"):
        page = tap(client, one_tap_url(action, question.pk, mallory))
        assert "This has changed in the meantime." in page
    assert Offer.objects.get(volunteer=busy).state == "active"


def test_a_coordinator_without_an_offer_is_asked_whether_they_want_someone_beside_them(carla, on):
    dora, eli = (factories.person(name, Role.COORDINATOR) for name in ("Dora", "Eli"))
    factories.category("help-group")
    carrying.desk({carla: 12, dora: 3, eli: 2})
    ask_all()
    (letter,) = letters()
    assert letter.to == [carla.email]
    assert HELPER in letter.body
    assert PAUSE not in letter.body


# No one else learns of it.

ADMIN_PAGES = (
    "/admin/", "/admin/notify/notification/", "/admin/notify/notification/?kind=break_question",
    "/admin/notify/calltask/", "/admin/people/user/", "/admin/people/stafflogentry/",
    "/admin/offers_app/offer/", "/admin/health/", "/admin/people/user/{user}/change/",
    "/admin/offers_app/offer/{offer}/change/", "/admin/offers_app/offer/{offer}/history/",
)  # fmt: skip
GIVES_AWAY = (
    "break_question",
    "want a break",
    "would you like a break",
    "fair_work",
    "How are you doing",
)


@pytest.mark.parametrize("fails", [False, True])
def test_no_page_of_the_team_shows_that_someone_was_asked(busy, carla, signed_in, client, fails):
    ask_all()
    row = Notification.objects.get(kind="break_question")
    if fails:
        Notification.objects.filter(pk=row.pk).update(state="failed", sent_at=None)
    else:
        tap(client, link(letters()[0], PAUSE))
    browser = signed_in(carla)
    offer = Offer.objects.get(volunteer=busy)
    for path in ADMIN_PAGES:
        page = browser.get(path.format(user=busy.pk, offer=offer.pk)).content.decode()
        for words in GIVES_AWAY:
            assert words.lower() not in page.lower().replace("kind=break_question", ""), (
                path,
                words,
            )
    assert browser.get(f"/admin/notify/notification/{row.pk}/change/").status_code == 404
    assert "1 message that did not go out" not in browser.get("/admin/").content.decode()


def test_no_coordinator_rings_who_cannot_be_reached(sam, on):
    """A call would tell whoever makes it."""
    carrying.tasks(sam, per_week=2, each_week=3)
    has_phone(sam, breaks=["email"])
    type(sam).objects.filter(pk=sam.pk).update(email=None)
    ask_all()
    assert not Notification.objects.filter(kind="break_question", state="to_call").exists()


def test_no_log_names_who_was_asked(busy, caplog):
    with caplog.at_level(logging.DEBUG):
        ask_all()
    assert busy.email not in caplog.text
    assert not any(record.name.startswith("mutualaid.fair_work") for record in caplog.records)


def test_once_it_is_sent_nothing_but_the_question_itself_is_left_and_that_goes_in_time(busy):
    ask_all()
    erase_what_is_over()
    assert "break_question" not in every_row()
    assert BreakQuestion.objects.count() == 1
    ago = timezone.now() - timedelta(days=61)
    BreakQuestion.objects.update(asked_at=ago, expires_at=ago + timedelta(days=60))
    erase_what_is_over()
    assert not BreakQuestion.objects.exists()


def test_the_question_goes_with_the_account(busy):
    ask_all()
    erase(ACCOUNT, [busy.pk])
    assert not BreakQuestion.objects.exists()


def test_my_own_copy_says_that_i_was_asked(busy, vera):
    ask_all()
    assert data_of(busy)["when_we_asked_you_about_a_break"] == BreakQuestion.objects.get().asked_at
    assert "when_we_asked_you_about_a_break" not in data_of(vera)


def test_who_chooses_messages_finds_it_only_where_the_group_asks(sam, signed_in):
    browser = signed_in(sam)
    assert "whether I want a break" not in browser.get("/messages/").content.decode()
    factories.set_policy(asks_about_breaks=True)
    assert "whether I want a break" in browser.get("/messages/").content.decode()


def test_the_text_of_a_phone_says_nothing_of_it(busy):
    sweep()
    message = compose("break_question", BreakQuestion.objects.get().pk)
    assert message
    text = render_text_message(kind_named("break_question"), message)
    assert "break" not in text.replace("break_", "").lower()


def test_nothing_of_an_ask_for_hands_says_why(busy, client):
    factories.category("help-group")
    ask_all()
    tap(client, link(letters()[0], HELPER))
    ask = Ask.objects.get(needs__category__slug="help-group")
    assert (ask.source, ask.reference, ask.taken_in_by) == ("", "", None)
    (event,) = ask.needs.get().events.all()
    assert (event.actor_kind, event.actor, event.reason) == ("neighbour", None, "")
