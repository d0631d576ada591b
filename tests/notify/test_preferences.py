"""The page on which someone says what we may write to them, where and when."""

import re
from datetime import time

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from mutualaid.notify.actions import account_with_phone
from mutualaid.notify.links.one_tap import one_tap_url
from mutualaid.notify.models import Notification, Preferences
from mutualaid.notify.tasks import sweep
from mutualaid.notify.time_zones import cities
from tests.support import factories
from tests.support.people import E164, PHONE, has_phone, wishes

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
PAGE, PHONE_PAGE = "/messages/", "/messages/phone/"
ANSWERS = {
    "invitations": ["email"],
    "pace": "daily",
    "urgent_at_night": "on",
    "quiet_from": "20:30",
    "quiet_until": "07:00",
    "time_zone": "America/Halifax",
    "tasks": ["email"],
    "language": "es",
}
NOT_ON_THE_PAGE = "Choose one of the answers on this page."


@pytest.fixture(autouse=True)
def texts(settings, tmp_path):
    settings.SMS_URL, settings.MAIL_DIR = "sink://", tmp_path
    return tmp_path / "texts.log"


@pytest.fixture
def sams(sam, signed_in):
    return signed_in(sam)


def test_what_they_choose_is_kept_and_shown_again(sams, sam):
    assert sams.post(PAGE, ANSWERS).status_code == 302
    kept = Preferences.objects.get(user=sam)
    assert kept.ways == {"invitations": ["email"], "urgent": [], "tasks": ["email"]}
    assert (kept.pace, kept.urgent_at_night) == ("daily", True)
    assert (kept.quiet_from, kept.quiet_until) == (time(20, 30), time(7))
    sam.refresh_from_db()
    assert sam.language == "es"
    page = sams.get(PAGE, headers={"accept-language": "en"}).content.decode()
    assert 'value="20:30"' in page
    assert 'name="time_zone" value="America/Halifax"' in page


def test_which_way_comes_first_is_asked_whoever_has_several(sams, sam):
    assert 'name="first_way"' not in sams.get(PAGE).content.decode()
    has_phone(sam)
    assert sams.post(PAGE, ANSWERS | {"first_way": "email"}).status_code == 302
    assert Preferences.objects.get(user=sam).first_way == "email"
    chosen = re.search(
        r'<input[^>]*name="first_way"[^>]*checked[^>]*>', sams.get(PAGE).content.decode()
    )
    assert chosen
    assert 'value="email"' in chosen[0]
    assert b"Choose one of the ways." in sams.post(PAGE, ANSWERS | {"first_way": "pigeon"}).content


def test_before_they_choose_it_is_as_the_group_set_it(sams):
    factories.set_policy(quiet_from="22:15", invitations_per_week=7)
    page = sams.get(PAGE).content.decode()
    assert 'value="22:15"' in page
    assert not Preferences.objects.exists()


def test_what_they_leave_as_it_is_follows_the_group_and_what_they_change_does_not(sams, sam):
    shown = {
        "quiet_from": "00:00",
        "quiet_until": "07:00",
        "time_zone": "",
    }
    assert sams.post(PAGE, ANSWERS | shown).status_code == 302
    kept = Preferences.objects.get(user=sam)
    assert (kept.quiet_from, kept.quiet_until) == (None, time(7))
    factories.set_policy(quiet_from="22:15", quiet_until="09:00")
    assert kept.quiet_hours == (time(22, 15), time(7))


@pytest.mark.parametrize(
    ("typed", "language", "zone"),
    [
        ("Halifax", "en", "America/Halifax"),
        ("halif", "en", "America/Halifax"),
        ("New York", "en", "America/New_York"),
        ("America/Halifax", "en", "America/Halifax"),
        ("القاهرة", "ar", "Africa/Cairo"),
        ("Cairo", "ar", "Africa/Cairo"),
        ("", "en", ""),
    ],
)
def test_their_zone_is_the_city_that_they_write(sams, sam, typed, language, zone):
    answers = ANSWERS | {"time_zone": typed, "language": language}
    assert sams.post(PAGE, answers, headers={"accept-language": language}).status_code == 302
    assert Preferences.objects.get(user=sam).time_zone == zone


def test_a_language_without_names_of_cities_of_its_own_gets_no_others_than_the_english():
    assert cities("ht")["Europe/Vienna"] == "Vienna"
    assert cities("fr")["Europe/Vienna"] == "Vienne"
    assert cities("zh-hans")["Europe/Vienna"] == "维也纳"


def test_of_several_cities_they_choose_one_and_nothing_typed_is_lost(sams, sam):
    page = sams.post(PAGE, ANSWERS | {"time_zone": "san"}).content.decode()
    assert "Which of these is it?" in page
    assert '<option value="san" selected>san</option>' in page
    assert '<option value="America/Santo_Domingo">Santo Domingo ·' in page
    assert 'value="20:30"' in page
    assert not Preferences.objects.exists()
    assert sams.post(PAGE, ANSWERS | {"time_zone": "America/Santo_Domingo"}).status_code == 302
    assert Preferences.objects.get(user=sam).time_zone == "America/Santo_Domingo"


def test_the_page_lists_no_zones(sams, sam):
    wishes(sam, time_zone="Europe/Vienna")
    page = sams.get(PAGE).content.decode()
    assert 'value="Europe/Vienna"' in page
    assert page.count("/Vi") == 1
    assert len(page) < 14_000


def test_how_often_they_are_asked_and_their_breaks_are_set_with_the_offer_alone(sams, sam):
    factories.offer(by=sam)
    wishes(sam, max_invitations_per_week=3)
    page = sams.get(PAGE).content.decode()
    assert 'href="/offer/"' in page
    assert "max_invitations_per_week" not in page
    sams.post(PAGE, ANSWERS | {"max_invitations_per_week": "9"})
    assert Preferences.of(sam).max_invitations_per_week == 3


def test_a_zone_that_is_nowhere_is_no_zone(sam):
    with pytest.raises(ValidationError, match="Choose one of the time zones"):
        Preferences(user=sam, time_zone="Middle/Earth").full_clean()


@pytest.mark.parametrize(
    ("field", "typed", "told"),
    [
        ("quiet_from", "25:99", "Write a time like 21:00."),
        ("quiet_until", "", "Write a time like 21:00."),
        ("time_zone", "Middle/Earth", "Middle/Earth"),
        ("time_zone", "!?", "know this city"),
        ("time_zone", "x" * 50, "40"),
        ("invitations", ["pigeon"], NOT_ON_THE_PAGE),
        ("invitations", ["call"], NOT_ON_THE_PAGE),
        ("language", "tlh", NOT_ON_THE_PAGE),
    ],
)
def test_a_mistake_is_told_beside_its_cause_and_nothing_is_lost(sams, field, typed, told):
    answer = sams.post(PAGE, ANSWERS | {field: typed})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert f'id="id_{field}_error"' in page
    assert told in page
    assert 'value="20:30"' in page or field == "quiet_from"
    assert not Preferences.objects.exists()


def test_text_messages_can_be_chosen_only_with_a_confirmed_phone(sams, sam):
    assert 'value="sms"' not in sams.get(PAGE).content.decode()
    assert sams.post(PAGE, ANSWERS | {"invitations": ["sms"]}).status_code == 200
    has_phone(sam)
    assert 'value="sms"' in sams.get(PAGE).content.decode()
    assert sams.post(PAGE, ANSWERS | {"invitations": ["email", "sms"]}).status_code == 302
    assert Preferences.objects.get().ways["invitations"] == ["email", "sms"]


def test_a_number_is_theirs_once_they_tap_what_we_sent_there(sams, sam, texts, client):
    assert sams.post(PHONE_PAGE, {"phone": PHONE}).status_code == 302
    sweep()
    kept = Preferences.objects.get(user=sam)
    assert (kept.phone, kept.phone_confirmed_at) == (E164, None)
    assert "Is this your phone?" in texts.read_text()
    client.post(path_of(kept))
    kept.refresh_from_db()
    assert kept.phone_confirmed_at


def test_the_link_for_an_old_number_confirms_no_new_one(sams, sam, client):
    sams.post(PHONE_PAGE, {"phone": PHONE})
    old = path_of(Preferences.objects.get(user=sam))
    sams.post(PHONE_PAGE, {"phone": "+1 212 555 0199"})
    assert "This has changed" in client.post(old).content.decode()
    assert not Preferences.objects.get(user=sam).phone_confirmed_at


def test_a_number_that_was_forgotten_before_it_was_asked_is_not_texted(sams, texts):
    sams.post(PHONE_PAGE, {"phone": PHONE})
    sams.post(PHONE_PAGE, {"forget": "1"})
    sweep()
    assert not texts.exists()
    assert Preferences.objects.get().phone == ""


@pytest.mark.parametrize(
    "typed",
    ["", "555 0100", "hello", "+1", "'; DROP TABLE", "٠٠٠", f"{E164} ext 11", f"{E164} {PHONE}x"],
)
def test_what_is_no_whole_number_is_told_kindly(sams, typed):
    answer = sams.post(PHONE_PAGE, {"phone": typed})
    assert answer.status_code == 200
    assert 'id="id_phone_error"' in answer.content.decode()
    assert not Preferences.objects.exists()


def test_no_one_makes_us_text_the_whole_town(sams):
    for number in range(5):
        assert sams.post(PHONE_PAGE, {"phone": f"+1 212 555 010{number}"}).status_code == 302
    assert sams.post(PHONE_PAGE, {"phone": PHONE}).status_code == 429
    assert Notification.objects.filter(kind="text_confirm").count() == 5


def test_a_group_without_a_gateway_asks_for_no_number(sams, settings):
    settings.SMS_URL = ""
    assert 'name="phone"' not in sams.get(PAGE).content.decode()
    sams.post(PHONE_PAGE, {"phone": PHONE})
    assert not Preferences.objects.exists()


def test_a_phone_is_not_readable_in_the_database(sam):
    has_phone(sam)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM notify_preferences")
        assert "2125550143" not in repr(cursor.fetchall())


def path_of(kept: Preferences) -> str:
    url = one_tap_url("texts_on", kept.phone_request or 0, kept.user)
    return url.removeprefix("http://localhost:8000")


@pytest.mark.parametrize("group", ["decisions", "breaks", "hours"])
def test_a_group_that_came_later_goes_to_the_phone_of_whoever_has_nothing_else(group):
    vera = account_with_phone(E164, name="Vera", language="en")
    kept = Preferences.objects.get(user=vera)
    del kept.ways[group]
    assert kept.wants(group, "sms")
    assert not kept.wants(group, "email")
    assert kept.ways_in_force[group] == ["sms"]


def test_a_group_that_came_later_goes_by_mail_to_whoever_chose_mail_for_some(sam):
    kept = Preferences(user=sam, ways={"tasks": ["email", "sms"], "invitations": ["sms"]})
    assert kept.wants("decisions", "email")
    assert not kept.wants("decisions", "sms")
