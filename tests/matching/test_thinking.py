"""A volunteer who is thinking about a need says so, and hears when someone else takes it."""

from collections.abc import Callable
from functools import partial

import pytest
from django.core import mail

from mutualaid.data_rights.actions import erase_account
from mutualaid.matching import actions, tasks
from mutualaid.matching.models import Match
from mutualaid.notify.links.one_tap import one_tap_url
from mutualaid.notify.models import Notification
from mutualaid.notify.tasks import sweep
from mutualaid.people.models import User
from requests_app.actions import StateChanged, release_claim, withdraw_need
from requests_app.lifecycle.actors import volunteer
from requests_app.models import Need
from tests.support import factories
from tests.support.at_once import at_once
from tests.support.people import wishes
from tests.support.subjects import unmarked

pytestmark = pytest.mark.django_db
TAKE_YOUR_TIME = "tell you if someone else takes it."


@pytest.fixture
def asked(sam, vera) -> Need:
    """Sam and Vera are both invited."""
    for person in (sam, vera):
        factories.offer(by=person)
    need = factories.need()
    tasks.sweep()
    return need


def match(user: User, need: Need) -> Match:
    return Match.objects.of(user).get(need=need)


def told_taken() -> list[User | None]:
    return [row.recipient for row in Notification.objects.filter(kind="need_taken")]


def test_they_say_so_on_the_page_and_looking_at_it_says_nothing(asked, sam, signed_in):
    page = f"/help/{match(sam, asked).public_id}/"
    browser = signed_in(sam)
    assert (
        "thinking about it: tell me if someone else takes it" in browser.get(page).content.decode()
    )
    assert match(sam, asked).state == "notified"
    assert TAKE_YOUR_TIME in browser.post(f"{page}thinking/", follow=True).content.decode()
    assert match(sam, asked).state == "seen"
    assert "We'll tell you if someone else takes it." in browser.get(page).content.decode()
    assert page in browser.get("/help/").content.decode()


def test_they_say_so_in_one_tap_which_a_scanner_does_not(asked, sam, client):
    url = one_tap_url("need_think", match(sam, asked).pk, sam)
    assert "Are you thinking about it?" in client.get(url).content.decode()
    assert match(sam, asked).state == "notified"
    for _ in range(2):
        assert TAKE_YOUR_TIME in client.post(url).content.decode()
    assert match(sam, asked).state == "seen"


def test_mallory_cannot_say_it_for_them(asked, sam, mallory, signed_in, client):
    mine = match(sam, asked)
    assert signed_in(mallory).post(f"/help/{mine.public_id}/thinking/").status_code == 404
    client.post(one_tap_url("need_think", mine.pk, mallory))
    assert match(sam, asked).state == "notified"


def test_when_someone_else_takes_it_they_alone_are_told_kindly(asked, sam, vera):
    actions.think_about(match(sam, asked))
    actions.accept(match(vera, asked))
    assert told_taken() == [sam]
    sweep()
    (letter,) = [m for m in mail.outbox if m.to == [sam.email]]
    assert unmarked(letter.subject) == "Someone else said yes. Thank you!"
    assert "Ana" not in letter.body


def test_when_they_take_it_themself_no_one_is_told_that_it_was_taken(asked, sam):
    actions.think_about(match(sam, asked))
    actions.accept(match(sam, asked))
    assert told_taken() == []


def test_while_there_are_places_left_no_one_is_told(sam, vera):
    for person in (sam, vera):
        factories.offer(by=person)
    need = factories.need(helpers_wanted=2)
    tasks.sweep()
    actions.think_about(match(sam, need))
    actions.accept(match(vera, need))
    assert (told_taken(), match(sam, need).state) == ([], "seen")


def test_where_it_opens_again_they_may_be_invited_again_and_told_again(asked, sam, vera):
    actions.think_about(match(sam, asked))
    claim = actions.accept(match(vera, asked))
    release_claim(claim, by=volunteer(vera))
    sweep()
    assert not [m for m in mail.outbox if "took it" in m.subject], "it is open again"
    tasks.sweep()
    assert match(sam, asked).state == "notified"
    actions.think_about(match(sam, asked))
    factories.offer(by=factories.person("Noor"))
    tasks.sweep()
    actions.accept(Match.objects.get(offer__volunteer__name="Noor"))
    assert told_taken() == [sam, sam]


def test_what_is_gone_cannot_be_thought_about_any_more(asked, sam, signed_in):
    withdraw_need(asked)
    page = f"/help/{match(sam, asked).public_id}/"
    answer = signed_in(sam).post(f"{page}thinking/", follow=True).content.decode()
    assert "This has changed in the meantime." in answer
    assert match(sam, asked).state == "notified"


def test_it_is_no_invitation_of_their_week_and_does_not_wait_for_their_digest(asked, sam, vera):
    actions.think_about(match(sam, asked))
    wishes(sam, pace="weekly", max_invitations_per_week=1)
    actions.accept(match(vera, asked))
    sweep()
    assert [m.subject for m in mail.outbox if m.to == [sam.email]][-1].startswith("Someone else")


def test_who_leaves_while_they_are_thinking_makes_room(asked, sam):
    actions.think_about(match(sam, asked))
    sams_match = match(sam, asked).pk
    erase_account(sam)
    assert not Match.objects.filter(pk=sams_match, state="seen").exists()


@pytest.mark.django_db(transaction=True)
def test_at_the_same_moment_they_are_told_or_learn_at_once_that_it_is_gone(asked, sam, vera):
    sams_match, other = match(sam, asked), match(vera, asked)

    def think() -> bool:
        try:
            actions.think_about(sams_match)
        except StateChanged:
            return False
        return True

    both: list[Callable[[], object]] = [
        think,
        partial(actions.accept, other),
    ]
    could, _claim = at_once(both)
    assert told_taken() == ([sam] if could else [])
    assert match(sam, asked).state == "superseded"
