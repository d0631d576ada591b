"""A volunteer is asked whether an old offer still holds; silence pauses it, and never ends it."""

from datetime import timedelta
from functools import partial

import pytest
from django.core import mail

from mutualaid.matching import tasks as matching
from mutualaid.notify.models import Notification
from mutualaid.notify.tasks import sweep as deliver_all
from offers_app import tasks
from offers_app.actions import _transition
from offers_app.models import Offer
from offers_app.states import OFFER_TRANSITIONS, OfferState
from tests.support import factories
from tests.support.at_once import at_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def offer(sam) -> Offer:
    return factories.offer(by=sam)


def later(**span: float) -> None:
    for offer in Offer.objects.all():
        for name in ("confirmed_at", "reconfirm_asked_at"):
            if at := getattr(offer, name):
                Offer.objects.filter(pk=offer.pk).update(**{name: at - timedelta(**span)})


def state() -> str:
    return Offer.objects.get().state


def asked() -> int:
    return Notification.objects.filter(kind="offer_reconfirm").count()


def test_it_is_asked_about_once_after_its_time_and_goes_on_meanwhile(offer):
    later(days=44)
    tasks.sweep()
    assert (state(), asked()) == ("active", 0)
    later(days=2)
    for _ in range(3):
        tasks.sweep()
    assert (state(), asked()) == ("needs_reconfirm", 1)
    need = factories.need()
    matching.sweep()
    assert need.matches.get().state == "notified"


def test_the_letter_says_what_silence_means(offer):
    later(days=50)
    tasks.sweep()
    deliver_all()
    assert mail.outbox[0].to == ["sam@people.example"]
    assert "takes a break" in mail.outbox[0].body
    assert "/offer/" in mail.outbox[0].body


def test_silence_lets_it_rest_and_deletes_nothing(offer):
    later(days=50)
    tasks.sweep()
    later(days=15)
    tasks.sweep()
    assert state() == "paused"
    later(days=500)
    tasks.sweep()
    assert (state(), asked()) == ("paused", 1)


@pytest.mark.parametrize(
    ("tap", "becomes"), [("keep", "active"), ("pause", "paused"), ("stop", "withdrawn")]
)
def test_each_answer_is_one_tap(offer, sam, signed_in, tap, becomes):
    later(days=50)
    tasks.sweep()
    browser = signed_in(sam)
    page = browser.get("/offer/").content.decode()
    assert f'action="/offer/{tap}/"' in page
    browser.post(f"/offer/{tap}/")
    assert state() == becomes
    later(days=20)
    tasks.sweep()
    assert (state(), asked()) == (becomes, 1)


def test_what_was_kept_is_asked_about_again_after_another_while(offer, sam, signed_in):
    for times in (1, 2):
        later(days=50)
        tasks.sweep()
        assert asked() == times
        signed_in(sam).post("/offer/keep/")


def test_who_stopped_is_invited_to_nothing_and_can_begin_again(offer, sam, signed_in):
    signed_in(sam).post("/offer/stop/")
    need = factories.need()
    matching.sweep()
    assert not need.matches.exists()
    assert "no one will ask you" in signed_in(sam).get("/offer/").content.decode()
    factories.offer(by=sam)
    assert state() == "active"
    matching.sweep()
    assert need.matches.get().offer == offer


@pytest.mark.django_db(transaction=True)
def test_two_clocks_at_once_ask_once(sam):
    factories.offer(by=sam)
    later(days=50)
    at_once([partial(tasks.sweep)] * 4)
    assert (state(), asked()) == ("needs_reconfirm", 1)


@pytest.mark.parametrize("state", OfferState)
@pytest.mark.parametrize("action", OFFER_TRANSITIONS)
def test_a_step_is_taken_from_its_states_only(offer, state, action):
    Offer.objects.update(state=state)
    assert _transition(offer, action) == (state in OFFER_TRANSITIONS[action].sources)
    assert offer.state == (
        OFFER_TRANSITIONS[action].target if state in OFFER_TRANSITIONS[action].sources else state
    )
