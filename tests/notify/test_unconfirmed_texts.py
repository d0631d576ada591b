"""Text messages to numbers that no one has confirmed: one a day each, and no more than the site's cap."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest
from django.db import transaction
from django.utils import timezone

from mutualaid.notify import actions as notify_actions
from mutualaid.notify.delivery import deliver_one
from mutualaid.notify.models import Notification
from mutualaid.notify.tasks import sweep
from mutualaid.people.models import RateLimitWindow
from requests_app import actions
from requests_app.lifecycle.actors import coordinator
from requests_app.models import Need
from requests_app.notifications.neighbour import notify_neighbour
from requests_app.states import CloseReason
from tests.support import factories
from tests.support.at_once import at_once
from tests.support.gateway import gateway
from tests.support.people import E164, PHONE, TEXTS, ask_by, has_phone, rows, spoken_with

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _texts(settings, tmp_path):
    settings.SMS_URL, settings.MAIL_DIR = "sink://", tmp_path


@pytest.fixture
def texts_to(settings) -> Callable[[str], int]:
    """How many text messages went to a number."""

    def count(number: str) -> int:
        sent = settings.MAIL_DIR / "texts.log"
        return sent.read_text().count(f"To: {number}") if sent.exists() else 0

    return count


def contact(number: str, email: str = "") -> actions.ContactDetails:
    return actions.ContactDetails("Ana", number, email, channels="call,sms,email")


def a_day_later() -> None:
    RateLimitWindow.objects.update(over_at=timezone.now() - timedelta(seconds=1))
    Notification.objects.update(due_at=timezone.now() - timedelta(minutes=1))


def test_twelve_asks_with_a_strangers_number_send_it_one_text(texts_to):
    for spelling in [PHONE, "(212) 555-0143", "0012125550143"] * 4:
        ask_by(contact(spelling))
    sweep()
    assert texts_to(E164) == 1
    assert Notification.objects.filter(state="waiting").count() == 11
    a_day_later()
    sweep()
    assert texts_to(E164) == 2, "the others wait for their day"


def test_who_can_be_written_to_by_e_mail_gets_no_text_before_the_number_is_known(
    texts_to, mailoutbox
):
    for n in range(2):
        ask_by(contact(PHONE, email=f"ana{n}@mail.example"))
    sweep()
    assert len(mailoutbox) == 2
    assert texts_to(E164) == 0


def test_what_is_worth_a_call_goes_to_the_call_list(texts_to):
    need = ask_by(TEXTS)
    sweep()
    Need.objects.filter(pk=need.pk).update(warned_at=timezone.now())
    with transaction.atomic():
        notify_neighbour("need_expiring", need, about_id=need.pk)
    sweep()
    assert texts_to(E164) == 1
    assert rows("need_expiring") == {"call": "to_call"}


def test_a_number_that_a_coordinator_rang_gets_all_of_them(texts_to, carla):
    need = spoken_with(ask_by(TEXTS))
    sweep()
    actions.close_need(need, by=coordinator(carla), reason=CloseReason.OTHER_HELP)
    sweep()
    assert texts_to(E164) == 2


def test_a_number_that_was_put_in_after_the_call_is_one_that_no_one_knows(texts_to, carla):
    need = spoken_with(ask_by(TEXTS))
    sweep()
    stranger = "+12125550188"
    ask_by(contact(stranger))
    sweep()
    actions.change_ask(need.ask, {"phone": stranger}, reason="phone")
    actions.close_need(need, by=coordinator(carla), reason=CloseReason.OTHER_HELP)
    sweep()
    assert texts_to(stranger) == 1
    assert texts_to(E164) == 1


@pytest.mark.parametrize("sensitive", [False, True])
def test_a_number_that_its_account_confirmed_gets_all_of_them(texts_to, sam, carla, sensitive):
    has_phone(sam)
    kind = factories.category("a-kind", sensitive=sensitive)
    for _ in range(3):
        ask_by(TEXTS, account=sam, category=kind)
    sweep()
    assert texts_to(E164) == 3


def test_a_number_that_an_account_gave_and_not_confirmed_is_asked_once_a_day(texts_to, sam, vera):
    for person in (sam, vera, sam):
        notify_actions.give_phone(person, E164)
    sweep()
    assert texts_to(E164) == 1


def test_the_site_sends_no_more_than_its_cap_and_says_so_before(texts_to, carla, signed_in):
    factories.set_policy(texts_per_day=5)
    board = signed_in(carla)

    def sees() -> bool:
        return "of 5 text messages a day" in board.get("/admin/").content.decode()

    for n in range(3):
        ask_by(contact(f"+1212555010{n}"))
    sweep()
    assert not sees()
    ask_by(contact("+12125550103"))
    sweep()
    assert sees()
    for n in range(4, 8):
        ask_by(contact(f"+1212555010{n}"))
    sweep()
    assert sum(texts_to(f"+1212555010{n}") for n in range(8)) == 5
    a_day_later()
    sweep()
    assert sum(texts_to(f"+1212555010{n}") for n in range(8)) == 8, "nothing is lost"


def test_what_the_gateway_did_not_take_is_tried_again_without_counting_twice(settings):
    with gateway() as told:
        settings.SMS_URL = f"twilio+http://AC1:secret@127.0.0.1:{told.port}/+15550100"
        ask_by(TEXTS)
        told.status = 429
        sweep()
        row = Notification.objects.get()
        assert row.state == Notification.State.WAITING
        told.status = 201
        Notification.objects.update(due_at=timezone.now() - timedelta(minutes=1))
        sweep()
        row.refresh_from_db()
    assert row.state == Notification.State.SENT


@pytest.mark.django_db(transaction=True)
def test_twelve_workers_at_once_send_one_text(texts_to):
    for _ in range(12):
        ask_by(TEXTS)
    rows_to_send = list(Notification.objects.values_list("pk", flat=True))
    sent = at_once([partial(deliver_one, pk) for pk in rows_to_send])
    assert sent.count(True) == 1
    assert texts_to(E164) == 1
