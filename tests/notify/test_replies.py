"""YES, NO, STOP and START by text message, from a gateway that signs what it says."""

import hmac
import json
import re
import time
from base64 import b64encode

import pytest
from django.conf import settings as site
from django.test import Client
from django.utils.translation import gettext, override

from mutualaid.matching import tasks
from mutualaid.matching.models import Match
from mutualaid.notify.inbound.sms_replies import REPLY_WORDS
from mutualaid.notify.models import Attempt, Notification, Preferences, Suppression
from mutualaid.notify.tasks import sweep
from requests_app import actions
from requests_app.actions import ContactDetails
from requests_app.lifecycle.actors import volunteer
from requests_app.models import Claim, Need
from tests.support import factories
from tests.support.people import E164, TEXTS, ask_by, has_phone, spoken_with, wishes

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
PATH = "/texts/"


@pytest.fixture(autouse=True)
def texts(settings, tmp_path):
    settings.SMS_URL, settings.MAIL_DIR = "sink://", tmp_path
    return tmp_path / "texts.log"


@pytest.fixture
def says(settings):
    """What the owner of the phone writes, as Twilio passes it on."""

    def say(text: str, *, phone: str = E164, token: str = "secret") -> int:
        settings.SMS_URL = "twilio://AC1:secret@api.twilio.com/+15550100"
        form = {"From": phone, "Body": text, "MessageSid": "SM1"}
        told = f"http://localhost:8000{PATH}" + "".join(k + form[k] for k in sorted(form))
        signature = b64encode(hmac.digest(token.encode(), told.encode(), "sha1")).decode()
        client = Client(enforce_csrf_checks=True, headers={"X-Twilio-Signature": signature})
        status = client.post(PATH, form).status_code
        settings.SMS_URL = "sink://"
        return status

    return say


@pytest.fixture
def asked(sam):
    """Sam was invited by text message."""
    has_phone(sam, invitations=["sms"])
    factories.offer(by=sam, per_week=9)
    need = factories.need()
    tasks.sweep()
    sweep()
    return need


@pytest.mark.parametrize(
    "text",
    [
        "YES",
        "yes.",
        " Sí ",
        "نعم",
        "Oui",
        "да",
        "Co\u0301",
        "是的,谢谢",
        "好，我来",
        "Rồi",
        "Wi",
        "Yes please",
    ],
)
def test_yes_takes_the_need_on(asked, says, sam, text):
    assert says(text) == 204
    assert Claim.objects.get().volunteer == sam


@pytest.mark.parametrize(
    "text", ["NO", "لا", "Non.", "нет", "khong", "Chưa", "不，谢谢", "no thanks"]
)
def test_no_turns_it_down(asked, says, text):
    says(text)
    assert Match.objects.get().state == "declined"


@pytest.mark.parametrize("language", [code for code, _name in site.LANGUAGES])
def test_the_words_we_ask_for_are_understood(language):
    with override(language):
        words = set(re.findall(r"\w+", gettext("Or reply YES or NO.").casefold()))
    assert words & REPLY_WORDS["yes"]
    assert words & REPLY_WORDS["no"]


@pytest.mark.parametrize("text", ["", "who is this", "yesterday", "👍", "dung"])
def test_what_is_not_understood_changes_nothing(asked, says, text):
    assert says(text) == 204
    assert Match.objects.get().state == "notified"


def test_a_question_that_only_an_older_version_asked_is_none(asked, says):
    Notification.objects.update(kind="asked_by_an_older_version")
    assert says("YES") == 204
    assert Match.objects.get().state == "notified"


def test_said_twice_it_is_said_once(asked, says):
    says("YES")
    assert says("YES") == 204
    assert Claim.objects.count() == 1


def test_with_two_open_questions_a_yes_is_not_guessed(asked, says, texts):
    factories.need()
    tasks.sweep()
    sweep()
    says("YES")
    assert not Claim.objects.exists()
    sweep()
    assert "Which one do you mean?" in texts.read_text()


def test_a_stranger_says_yes_to_nothing(asked, says):
    says("YES", phone="+12125550199")
    assert not Claim.objects.exists()


def test_a_neighbour_answers_whether_it_arrived(says, sam):
    claim = actions.claim_need(spoken_with(ask_by(TEXTS)), by=sam, weekly_limit=2)
    actions.deliver_claim(claim, by=volunteer(sam))
    sweep()
    says("YES")
    assert Need.objects.get().close_reason == "fulfilled"


def test_stop_ends_all_text_messages_and_start_begins_them_again(asked, says):
    says("STOP")
    door = Suppression.objects.get()
    assert (door.channel, door.group, door.reason) == ("sms", "", "stop")
    assert E164 not in str(Suppression.objects.values())
    factories.need()
    tasks.sweep()
    assert Attempt.objects.filter(channel="sms", notification__kind="need_fits").count() == 1
    says("START")
    assert not Suppression.objects.exists()


@pytest.mark.parametrize("typed", ["(212) 555-0143", "212.555.0143", "+1 212 555 0143 (mobile)"])
def test_stop_holds_however_the_number_was_written_when_asking(says, texts, typed):
    says("STOP")
    ask_by(ContactDetails(name="Ana", phone=typed, channels="sms"))
    sweep()
    assert not texts.exists()
    says("START")
    ask_by(ContactDetails(name="Ana", phone=typed, channels="sms"))
    sweep()
    assert f"To: {E164}" in texts.read_text()


@pytest.mark.parametrize("typed", ["212-555-0143 ext 11", "555 0143", "ring the bell"])
def test_what_no_text_message_reaches_is_sent_none(texts, typed):
    ask_by(ContactDetails(name="Ana", phone=typed, channels="sms"))
    sweep()
    assert not Attempt.objects.filter(channel="sms").exists()


def test_yes_says_that_a_phone_is_theirs(says, sam, signed_in):
    signed_in(sam).post("/messages/phone/", {"phone": E164})
    sweep()
    assert not Preferences.objects.get().phone_confirmed_at
    says("YES")
    assert Preferences.objects.get().phone_confirmed_at


@pytest.mark.parametrize("token", ["", "guess"])
def test_what_twilio_did_not_sign_is_refused(asked, says, token):
    assert says("YES", token=token) == 403
    assert not Claim.objects.exists()


@pytest.mark.parametrize("minutes", [0, 10])
def test_the_phone_of_our_own_signs_with_the_time(settings, asked, minutes):
    settings.SMS_URL = "android://a:b@sms.example/3rdparty/v1?key=sign"
    body = json.dumps(
        {"event": "sms:received", "payload": {"phoneNumber": E164, "message": "STOP"}}
    )
    at = str(int(time.time()) - 60 * minutes)
    signature = hmac.new(b"sign", (body + at).encode(), "sha256").hexdigest()
    headers = {"X-Signature": signature, "X-Timestamp": at}
    answer = Client().post(PATH, body, content_type="application/json", headers=headers)
    assert answer.status_code == (403 if minutes else 204), "an old one may be a repetition"
    assert Suppression.objects.exists() == (minutes == 0)


def test_a_key_that_was_left_out_opens_nothing(settings, asked):
    settings.SMS_URL = "android://a:b@sms.example/3rdparty/v1"
    at = str(int(time.time()))
    signature = hmac.new(b"", ("{}" + at).encode(), "sha256").hexdigest()
    headers = {"X-Signature": signature, "X-Timestamp": at}
    answer = Client().post(PATH, "{}", content_type="application/json", headers=headers)
    assert answer.status_code == 403


@pytest.mark.parametrize("body", ["", "nonsense", "[]", '{"event": "sms:received"}', '"x"'])
def test_signed_nonsense_is_no_error(settings, body):
    settings.SMS_URL = "android://a:b@sms.example/3rdparty/v1?key=sign"
    at = str(int(time.time()))
    signature = hmac.new(b"sign", (body + at).encode(), "sha256").hexdigest()
    headers = {"X-Signature": signature, "X-Timestamp": at}
    answer = Client().post(PATH, body, content_type="application/json", headers=headers)
    assert answer.status_code == 204


def test_a_phone_that_is_not_theirs_any_more_says_yes_to_nothing(asked, says, sam):
    wishes(sam, phone="", phone_confirmed_at=None)
    says("YES")
    assert not Claim.objects.exists()
