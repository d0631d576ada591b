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
from requests_app.models import Need
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
        (3, time(17), "Sam придёт в воскресенье, в 17:00."),
        (5, None, "Sam придёт во вторник."),
        (8, None, "Sam придёт в пятницу, 4 декабря."),
    ],
)
@time_machine.travel("2026-11-26T10:00Z")
def test_russian_writes_weekdays_and_months_small_and_declined(sam, days, at, sentence):
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


ASIDE = {
    "on hold": (
        actions.hold_need,
        "We'll wait with it until Nov. 29, 2026. Then we'll look for someone.",
    ),
    "no answer": (
        actions.mark_unreachable,
        "We tried to reach you and couldn't. We'll try again.",
    ),
    "passed on": (
        actions.refer_need,
        "We passed it on to others who may be able to help. We'll ask them how it went.",
    ),
}


@pytest.mark.parametrize("story", ASIDE)
@time_machine.travel("2026-11-26T10:00Z", tick=False)
def test_what_waits_for_a_day_says_so_and_promises_no_one_meanwhile(client, carla, story):
    need = factories.need()
    happens, sentence = ASIDE[story]
    happens(need, until=in_days(3), by=coordinator(carla))
    shown = card(client, need)
    assert sentence in shown
    assert "I don't need it any more" in shown
    for untrue in ("looking for someone near you", "is coming", "said yes", "Did it arrive?"):
        assert untrue not in shown


@pytest.mark.parametrize("held_back", Need.HeldBack)
def test_what_waits_to_be_read_says_that_a_person_reads_it_first(client, held_back):
    need = factories.need()
    Need.objects.filter(pk=need.pk).update(state="triage", held_back=held_back)
    shown = card(client, need)
    is_flood = held_back != Need.HeldBack.TRAP
    assert ("Very many people are asking just now" in shown) is is_flood
    assert "We have it." in shown
    assert "No one has said yes yet" not in shown


def test_what_waits_together_with_its_double_leads_to_the_one_that_goes_on(client, carla):
    first = factories.need()
    second = factories.need(of=first.ask)
    actions.merge_need(second, into=first, by=coordinator(carla))
    shown = card(client, first)
    assert "You asked for the same on" in shown
    assert "We look after both together." in shown
