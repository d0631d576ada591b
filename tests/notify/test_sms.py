"""Text messages through gateways that work, refuse, or keep silent. A second copy is never sent blindly."""

import json
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qs

import pytest
from django.utils import timezone

from mutualaid.notify.channels import sms_android, sms_twilio
from mutualaid.notify.delivery import deliver_one
from mutualaid.notify.models import Notification, Suppression
from mutualaid.notify.recipient import reached_fingerprint
from mutualaid.notify.tasks import sweep
from requests_app.models import Ask, Need
from requests_app.notifications.mentions import NUMBERS
from tests.support.gateway import Gateway, gateway
from tests.support.people import E164, TEXTS, ask_by, send_all_again

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.one_database]
State = Notification.State


@pytest.fixture
def twilio(settings) -> Iterator[Gateway]:
    with gateway() as told:
        settings.SMS_URL = f"twilio+http://AC1:secret@127.0.0.1:{told.port}/+15550100"
        yield told


def waiting(settings) -> Notification:
    """A message to someone who wants texts alone."""
    ask_by(replace(TEXTS, channels="sms"))
    return Notification.objects.get()


def again(row: Notification) -> None:
    """Much later, with no one at it."""
    row.refresh_from_db()
    Notification.objects.filter(pk=row.pk).update(
        due_at=row.due_at - timedelta(days=2), lease_until=None
    )


def test_twilio_gets_number_sender_and_words(twilio, settings):
    row = waiting(settings)
    sweep()
    (asked,) = twilio.asked
    assert asked.path == "/2010-04-01/Accounts/AC1/Messages.json"
    assert asked.headers["Authorization"] == "Basic " + b64encode(b"AC1:secret").decode()
    form = parse_qs(asked.body)
    assert (form["To"], form["From"]) == ([E164], ["+15550100"])
    mark = f"{Ask.objects.get().code} #{Need.objects.get().pk % NUMBERS}"
    assert form["Body"][0].startswith(
        f"We have what you asked for ({mark}) http://localhost:8000/need/"
    )
    row.refresh_from_db()
    assert (row.state, row.attempts.get().reached) == (
        State.SENT,
        reached_fingerprint(E164, has_account=False),
    )


def test_a_phone_of_our_own_gets_the_id_that_tells_copies_apart(settings):
    with gateway() as told:
        settings.SMS_URL = f"android+http://me:pw@127.0.0.1:{told.port}/3rdparty/v1?key=k"
        row = waiting(settings)
        told.status = 202
        sweep()
    (asked,) = told.asked
    assert asked.path == "/3rdparty/v1/messages"
    assert json.loads(asked.body) == {
        "id": row.attempts.get().message_id,
        "phoneNumbers": [E164],
        "textMessage": {"text": json.loads(asked.body)["textMessage"]["text"]},
    }


@pytest.mark.parametrize("status", [0, 500, 503])
def test_what_may_have_gone_out_waits_for_a_person_and_never_goes_again(twilio, settings, status):
    row = waiting(settings)
    twilio.status = status
    for _ in range(3):
        sweep()
        deliver_one(row.pk)
        again(row)
    assert len(twilio.asked) == 1
    row.refresh_from_db()
    assert (row.state, row.error) == (State.UNCERTAIN, "DeliveryUncertain")
    twilio.status = 201
    assert send_all_again() == 1
    sweep()
    row.refresh_from_db()
    assert (row.state, len(twilio.asked)) == (State.SENT, 2)


def test_a_person_may_know_that_it_arrived(twilio, settings):
    row = waiting(settings)
    twilio.status = 0
    sweep()
    assert Notification.objects.filter(pk=row.pk).settle_by_hand() == 1
    assert send_all_again() == 0
    row.refresh_from_db()
    assert row.state == State.SENT


@pytest.mark.parametrize("status", [429, 401, 400, 302])
def test_a_clear_no_is_tried_again(twilio, settings, status):
    row = waiting(settings)
    twilio.status = status
    sweep()
    row.refresh_from_db()
    assert (row.state, row.error) == (State.WAITING, "TemporaryFailure")
    twilio.status = 201
    again(row)
    sweep()
    row.refresh_from_db()
    assert row.state == State.SENT


def test_a_gateway_that_is_not_there_is_tried_again(settings):
    settings.SMS_URL = "twilio+http://AC1:secret@127.0.0.1:1/+15550100"
    row = waiting(settings)
    sweep()
    row.refresh_from_db()
    assert (row.state, row.error) == (State.WAITING, "TemporaryFailure")


def test_a_number_that_does_not_exist_is_given_up_at_once_and_remembered(twilio, settings):
    row = waiting(settings)
    twilio.status, twilio.answer = 400, '{"code": 21211}'
    sweep()
    row.refresh_from_db()
    assert (row.state, row.tries) == (State.FAILED, 1)
    assert Suppression.objects.get().reason == "bounced"
    ask_by(replace(TEXTS, channels="sms"))
    assert Notification.objects.count() == 1


@pytest.mark.parametrize("answer", ['{"code": 21606}', "{}", "[]", "no"])
def test_our_own_mistake_gives_up_no_one(twilio, settings, answer):
    row = waiting(settings)
    twilio.status, twilio.answer = 400, answer
    sweep()
    row.refresh_from_db()
    assert (row.state, Suppression.objects.count()) == (State.WAITING, 0)


@pytest.mark.parametrize(
    "answer",
    ['{"error": "no credit"}', '{"status": "failed"}', '{"state": "Failed"}', '{"success": false}'],
)
def test_a_yes_with_an_error_inside_is_a_no(twilio, settings, answer):
    row = waiting(settings)
    twilio.answer = answer
    sweep()
    row.refresh_from_db()
    assert (row.state, row.error) == (State.WAITING, "TemporaryFailure")


def test_a_yes_that_says_there_is_no_such_number_gives_it_up(twilio, settings):
    row = waiting(settings)
    twilio.answer = '{"status": "failed", "error_code": 21211}'
    sweep()
    row.refresh_from_db()
    assert (row.state, Suppression.objects.get().reason) == (State.FAILED, "bounced")


@pytest.mark.parametrize(
    ("said", "most"), [("600", 600), ("0", 11), ("soon", 11), ("9" * 30, 86_400)]
)
def test_who_asks_to_be_left_alone_is_left_alone_for_so_long_and_no_more_than_a_day(
    twilio, settings, said, most
):
    row = waiting(settings)
    twilio.status, twilio.retry_after = 429, said
    before = timezone.now()
    sweep()
    row.refresh_from_db()
    assert most - 11 <= (row.due_at - before).total_seconds() <= most + 1


class Killed(BaseException):
    """The process ends here; nothing after it runs."""


@pytest.mark.parametrize("gateway_class", [sms_twilio.Twilio, sms_android.AndroidPhone])
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_worker_that_dies_around_the_sending_leaves_a_question_and_no_second_copy(
    settings, monkeypatch, gateway_class, when
):
    scheme = "twilio" if gateway_class is sms_twilio.Twilio else "android"
    sent = []

    def die(self, phone, text, *, message_id):
        if when == "after":
            sent.append(phone)
        raise Killed

    with gateway() as told:
        settings.SMS_URL = f"{scheme}+http://a:b@127.0.0.1:{told.port}/1"
        monkeypatch.setattr(gateway_class, "send", die)
        row = waiting(settings)
        with pytest.raises(Killed):
            deliver_one(row.pk)
        monkeypatch.undo()
        again(row)
        sweep()
    assert told.asked == []
    assert len(sent) == (when == "after")
    row.refresh_from_db()
    assert row.state == State.UNCERTAIN


def test_what_is_just_being_sent_is_not_offered_to_a_person(twilio, settings):
    row = waiting(settings)
    Notification.objects.take(row.pk)
    Notification.objects.filter(pk=row.pk).update(state=State.UNCERTAIN)
    assert send_all_again() == 0
