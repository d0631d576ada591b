"""How a need stands, in the words of its card: who comes and when, why we look again, how it ended."""

import html
import re
from datetime import time, timedelta

import pytest
import time_machine
from django.conf import settings
from django.utils import timezone, translation
from django.utils.formats import date_format

from requests_app import actions
from requests_app.access.links import make_link
from requests_app.lifecycle.actors import coordinator, volunteer
from requests_app.pages.standing import coming, how_it_ended
from requests_app.states import CloseReason
from tests.support import factories

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


def in_days(days):
    return timezone.localdate() + timedelta(days=days)


def card(client, need):
    """The words of the card of a need, as the page shows them."""
    page = client.get(f"/need/{make_link(need.ask)}/").content.decode()
    return words_of(page.split("<main")[1].split("</section>")[0])


def words_of(shown):
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", str(shown))))


@pytest.mark.parametrize(
    ("days", "at", "sentence"),
    [
        (0, None, "Sam is coming today."),
        (0, time(17), "Sam is coming today at 5 p.m."),
        (1, time(9, 30), "Sam is coming tomorrow at 9:30 a.m."),
        (3, time(17), "Sam is coming on Sunday at 5 p.m."),
        (8, time(17), "Sam is coming on Friday, December 4 at 5 p.m."),
    ],
)
@time_machine.travel("2026-11-26T10:00Z")
def test_the_card_says_who_comes_on_which_day_at_what_time(client, sam, days, at, sentence):
    need = factories.need()
    claim = actions.claim_need(need, by=sam, weekly_limit=2)
    actions.agree_on_day(claim, day=in_days(days), at=at, by=volunteer(sam))
    assert sentence in card(client, need)


@pytest.mark.parametrize(
    ("days", "at", "sentence"),
    [
        (3, time(17), "Sam придёт. День: воскресенье, время: 17:00."),
        (8, None, "Sam придёт. День: пятница, 4 декабря."),
    ],
)
@time_machine.travel("2026-11-26T10:00Z")
def test_russian_writes_weekdays_and_months_small(client, sam, days, at, sentence):
    need = factories.need()
    claim = actions.claim_need(need, by=sam, weekly_limit=2)
    actions.agree_on_day(claim, day=in_days(days), at=at, by=volunteer(sam))
    with translation.override("ru"):
        assert sentence in words_of(coming(claim))


@pytest.mark.parametrize("language", [code for code, _name in settings.LANGUAGES if code != "en"])
@time_machine.travel("2026-11-26T10:00Z")
def test_an_agreed_day_is_in_the_language_of_its_reader(sam, language):
    claim = actions.claim_need(factories.need(), by=sam, weekly_limit=2)
    actions.agree_on_day(claim, day=in_days(8), at=time(17), by=volunteer(sam))
    with translation.override(language):
        assert not re.search(r"\b(at|December|Friday)\b", claim.agreed)


def test_once_the_agreed_day_is_over_no_one_is_said_to_be_coming(client, sam):
    need = factories.need()
    claim = actions.claim_need(need, by=sam, weekly_limit=2)
    with time_machine.travel("2026-11-26T10:00Z"):
        actions.agree_on_day(claim, day=in_days(0), at=time(17), by=volunteer(sam))
    with time_machine.travel("2026-11-28T10:00Z"):
        shown = card(client, need)
    assert "Sam was to come on Thursday, November 26 at 5 p.m." in shown
    assert "Did it arrive?" in shown


STORIES = {
    "part of it arrived": (
        lambda claim: actions.need_more(claim.need),
        "Part of it arrived. We're looking for someone for the rest.",
    ),
    "it did not arrive": (
        lambda claim: actions.report_not_arrived(claim.need),
        "You said it didn't arrive. We're looking for someone else.",
    ),
}


@pytest.mark.parametrize("story", STORIES)
def test_who_is_looked_for_once_more_reads_why(client, sam, story):
    need = factories.need()
    claim = actions.claim_need(need, by=sam, weekly_limit=2)
    actions.deliver_claim(claim, by=volunteer(sam))
    happens, sentence = STORIES[story]
    happens(claim)
    shown = card(client, need)
    assert sentence in shown
    assert "No one has said yes yet." not in shown


def test_a_volunteer_who_let_it_go_is_not_said_to_have_never_been(client, sam):
    need = factories.need()
    claim = actions.claim_need(need, by=sam, weekly_limit=2)
    actions.release_claim(claim, by=volunteer(sam))
    assert "That person can't come after all." in card(client, need)


@pytest.mark.parametrize("reason", CloseReason)
def test_how_it_ended_is_said_to_whoever_asked_and_not_about_them(client, carla, reason):
    need = factories.need()
    actions.close_need(need, by=coordinator(carla), reason=reason)
    shown = card(client, need)
    assert str(how_it_ended(need)) in shown
    assert "neighbour" not in shown
    assert "You took it back." not in shown, "a coordinator did"


def test_who_took_it_back_reads_that_they_did(client):
    need = factories.need()
    actions.withdraw_need(need)
    assert "You took it back." in card(client, need)


def test_the_question_stands_above_the_buttons_that_answer_it(client, sam):
    need = factories.need()
    claim = actions.claim_need(need, by=sam, weekly_limit=2)
    actions.deliver_claim(claim, by=volunteer(sam))
    shown = card(client, need)
    assert shown.index("Did it arrive?") < shown.index("Yes, it arrived")
    assert shown.index("Yes, it arrived") < shown.index("No, it didn't")


def test_a_need_with_a_day_says_the_day_and_no_span_beside_it(client):
    need = factories.need(needed_by=in_days(11), urgency=2)
    shown = card(client, need)
    assert date_format(in_days(11), "DATE_FORMAT") in shown
    assert "This week" not in shown
