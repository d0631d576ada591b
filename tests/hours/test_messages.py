"""Whoever is asked about hours reads it in a message, and answers by one tap; no subject names anything."""

import re

import pytest
from django.core import mail
from django.test import Client

from mutualaid.hours import actions
from mutualaid.hours.models import HourNote
from mutualaid.notify.models import Notification, Preferences
from mutualaid.notify.registry import compose, kind_named
from mutualaid.notify.rendering.render import render_text_message
from mutualaid.notify.tasks import sweep as deliver_all
from mutualaid.policy.current import current_policy
from tests.support import hours
from tests.support.hours import balance, help_of, proposed

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


@pytest.fixture(autouse=True)
def _noted() -> None:
    hours.on()


def link(text: str, number: int) -> str:
    """The path of the first or the second one-tap link of a mail."""
    return str(re.findall(r"https?://[^/\s]+(/m/(?!off)\S+)", text)[number])


def test_a_mail_asks_and_one_tap_agrees(sam, vera):
    proposed(sam, vera, 90)
    deliver_all()
    [sent] = mail.outbox
    assert sent.to == ["vera@people.example"]
    assert sent.subject == "Is this right?"
    assert "Sam notes that you received 1 hour and 30 minutes. Is that right?" in str(sent.body)
    browser, path = Client(), link(str(sent.body), 0)
    assert "Is that right?" in browser.get(path).content.decode()
    assert balance(sam) == 0
    assert "Thank you. It is noted." in browser.post(path).content.decode()
    assert balance(sam) == 90
    assert "This has changed in the meantime." in browser.post(path).content.decode()
    assert balance(sam) == 90


def test_one_tap_says_no(sam, vera):
    note = proposed(sam, vera, by=vera)
    deliver_all()
    [sent] = mail.outbox
    assert "Vera notes that you gave 1 hour. Is that right?" in str(sent.body)
    assert "Nothing is counted." in Client().post(link(str(sent.body), 1)).content.decode()
    note.refresh_from_db()
    assert note.state == "declined"


def test_a_text_message_names_no_one_and_no_hours(sam, vera):
    note = proposed(sam, vera, 90)
    message = compose("hours_asked", note.pk)
    assert message
    text = render_text_message(kind_named("hours_asked"), message)
    assert text.startswith("Is this right?")
    assert not re.search("Sam|Vera|hour|90|1:30", text.partition("http")[0])


def test_a_volunteer_reads_no_name_of_a_neighbour(sam, rosa):
    actions.propose_for_help(help_of(sam, rosa), minutes=60, by=rosa)
    message = compose("hours_asked", HourNote.objects.get().pk)
    assert message
    assert message.context["other"] == "a neighbour"


def test_a_coordinator_is_asked_for_the_commons_without_any_name(sam, carla):
    actions.propose_for_help(help_of(sam), minutes=60, by=sam)
    Notification.objects.exclude(kind="hours_commons").delete()
    deliver_all()
    [sent] = mail.outbox
    assert sent.to == ["carla@people.example"]
    assert not re.search(r"\bSam\b|\bAna\b|1 hour", str(sent.body))


@pytest.mark.parametrize("way", ["answered", "off", "lapsed", "erased"])
def test_nothing_is_sent_about_what_no_longer_waits(sam, vera, way):
    note = proposed(sam, vera)
    if way == "answered":
        actions.agree(note, by=vera)
    elif way == "off":
        hours.off()
    elif way == "lapsed":
        hours.days_go_by(note, 14)
    else:
        note.delete()
    deliver_all()
    assert mail.outbox == []


def test_one_tap_of_a_note_that_was_switched_off_or_is_gone(sam, vera):
    note = proposed(sam, vera)
    deliver_all()
    path = link(str(mail.outbox[0].body), 0)
    hours.off()
    assert not current_policy().counts_hours
    assert "Our group no longer notes hours." in Client().post(path).content.decode()
    note.delete()
    assert "This has changed in the meantime." in Client().post(path).content.decode()


def test_whoever_wants_no_mail_about_hours_still_gets_that_about_tasks(sam, vera):
    proposed(sam, vera)
    deliver_all()
    off = re.findall(r"https?://[^/\s]+(/m/off/\S+)", str(mail.outbox[0].body))[0]
    assert Client().post(off).status_code == 200
    mail.outbox.clear()
    proposed(vera, sam)
    actions.take_back(HourNote.objects.get(proposed_by=sam), by=sam)
    proposed(sam, vera, 30)
    deliver_all()
    assert [sent.to for sent in mail.outbox] == [["sam@people.example"]]


def test_the_page_of_messages_asks_about_hours_only_where_they_are_noted(sam, signed_in):
    browser = signed_in(sam)
    assert "About hours we note" in browser.get("/messages/").content.decode()
    hours.off()
    assert "About hours we note" not in browser.get("/messages/").content.decode()
    assert Preferences.of(sam).ways["hours"] == ["email"]
