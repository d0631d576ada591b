"""The list, one proposal, an answer to it, and what everyone reads once it is decided."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from mutualaid.decisions.actions import rule_of_two
from mutualaid.decisions.members import has_a_say
from mutualaid.decisions.models import Decision, Say, Vouch
from mutualaid.local_time import format_day
from mutualaid.people.codes import CODES_TYPED
from mutualaid.people.introductions import code_of
from mutualaid.people.models import Role, User
from mutualaid.policy.models import Policy
from tests.support import factories, voting
from tests.support.signing_in import sign_in
from tests.support.voting import CAN_LIVE, CONCERN, FOR, closed, member, members, proposed, say

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
SECRET = "Because of what happened at 7 Hill Road"
SignedIn = Callable[[User], Client]


@pytest.fixture(autouse=True)
def _together(db: None) -> None:
    voting.together()


@pytest.fixture
def mina(db: None) -> User:
    return member("Mina")


def page_of(decision: Decision) -> str:
    return f"/decisions/{decision.public_id}/"


def text(answer) -> str:
    assert answer.status_code == 200, answer
    return " ".join(answer.content.decode().split())


def answer_of(decision: Decision, user: User) -> tuple[str, str]:
    line = Say.objects.get(decision=decision, user=user)
    return line.answer, line.reason


# The list.


def test_what_waits_comes_first_then_what_is_answered_then_what_is_decided(mina, signed_in):
    others = members(3)
    over = proposed(mina, {"wave_minutes_high": 11})
    say(over, FOR, *others)
    closed(over)
    waiting, answered = proposed(mina), proposed(others[0], {"wave_minutes_low": 77})
    say(answered, FOR, mina)
    page = text(signed_in(mina).get("/decisions/"))
    places = [page.index(str(one.public_id)) for one in (waiting, answered, over)]
    assert places == sorted(places)
    assert page.index("These wait for your word") < places[0] < page.index("Also open")
    assert page.index("What was decided") < places[2]


def test_who_has_no_say_reads_along_and_is_told_what_is_missing(mina, signed_in):
    decision = proposed(mina)
    noor = factories.person("Noor", known=False)
    page = text(signed_in(noor).get("/decisions/"))
    assert "A coordinator has met you, or 2 members have vouched for you." in page
    assert "You have been here for 14 days." in page
    assert "in the last 90 days" not in page or User.objects.get(pk=noor.pk).last_login is None
    assert "Propose something" not in page
    assert str(decision.public_id) in page
    assert 'name="answer"' not in text(signed_in(noor).get(page_of(decision)))


def test_in_the_first_weeks_the_page_says_from_which_day_on_the_first_have_a_say(signed_in):
    noor = factories.person("Noor", known=False)
    page = text(signed_in(noor).get("/decisions/"))
    assert (
        "No one has a say yet. As long as that is so, coordinators set the rules as before." in page
    )
    vera, later = factories.person("Vera"), factories.person("Lia")
    for one, days in ((vera, 4), (later, 2)):
        voting.long_here(one, days=days)
    day = format_day(timezone.localdate() + timedelta(days=10))
    assert f"From {day} on the first of us have a say." in text(signed_in(noor).get("/decisions/"))
    voting.long_here(vera, days=14)
    assert "coordinators set the rules" not in text(signed_in(noor).get("/decisions/"))


def test_an_agreement_in_force_stands_with_the_day_to_look_again(mina, signed_in):
    day = timezone.localdate() + timedelta(days=100)
    words = {"words": "We cook on Fridays", "replaces": ""}
    decision = proposed(mina, words, "agreement", review_on=day)
    say(decision, FOR, *members(0), mina)
    Decision.objects.filter(pk=decision.pk).update(needed=1)
    voting.last_moment_comes(decision)
    voting.sweep()
    page = text(signed_in(mina).get("/decisions/"))
    agreed = page[page.index("What we agreed on") :]
    assert "We cook on Fridays" in agreed
    assert "We look at it again on" in agreed
    assert "We cook on Fridays" in text(signed_in(mina).get("/decisions/agreed/"))


@pytest.mark.parametrize(
    "path", ["/decisions/", "/decisions/?page=2", "/decisions/agreed/", "/me/"]
)
def test_a_list_asks_the_database_as_often_at_any_length(path, mina, signed_in):
    browser = signed_in(mina)
    first = proposed(mina, {"words": "We cook on Fridays", "replaces": ""}, "agreement")
    counts = {}
    for total in (1, 3, 500):
        _fill(first, total)
        with CaptureQueriesContext(connection) as asked:
            answered = browser.get(path)
        counts[total] = len(asked)
        assert len(answered.content) < 50_000, total
    assert counts[3] == counts[500]
    assert max(counts.values()) <= (12 if path != "/me/" else 30)


def _fill(first: Decision, total: int) -> None:
    """Let there be so many that are open, and as many that passed: copies, for no one has so many open."""
    over = {
        "outcome": "passed", "heard": 5, "in_favour": 5, "can_live": 0, "concerns": 0, "list_size": 9,
        "needed": 3, "neighbour_in_favour": 0, "neighbour_can_live": 0, "neighbour_concerns": 0,
        "opened_at": timezone.now() - timedelta(days=6), "ends_at": timezone.now() - timedelta(days=1),
        "closed_at": timezone.now(),
    }  # fmt: skip
    for rows, fields in ((Decision.objects.undecided(), {}), (Decision.objects.decided(), over)):
        copies = [_copy(first, **fields) for _ in range(total - rows.count())]
        Decision.objects.bulk_create(copies)
        says = [Say(decision=copy, user_id=first.opened_by_id) for copy in copies]
        Say.objects.bulk_create(says)


def _copy(first: Decision, **changes: Any) -> Decision:
    left_out = ("id", "public_id", "opened_by", "why", "reasons_json")
    names = [f.attname for f in Decision._meta.concrete_fields if f.name not in left_out]
    return Decision(**{name: getattr(first, name) for name in names} | changes)


def test_what_two_coordinators_have_set_stands_with_what_comes_back(mina, signed_in):
    ada, ben = member("Ada", Role.COORDINATOR), member("Ben", Role.COORDINATOR)
    for kind, values in (("policy", {"wave_minutes_low": 77}), ("points", {"near": 50.0})):
        rule_of_two.agree(rule_of_two.propose(kind, values, by=ada), by=ben)
    page = text(signed_in(mina).get("/decisions/"))
    assert "Minutes for a wave: no hurry: 77" in page
    assert f"Then again as before: {Policy().wave_minutes_low}" in page
    assert "Then again as before: 35" in page
    assert "Ada" not in page


# Answering.


def test_an_answer_can_be_changed_and_taken_back_until_the_end(mina, signed_in):
    decision, browser = proposed(mina), signed_in(mina)
    assert "I can live with it" in text(browser.get(page_of(decision)))
    page = text(browser.post(page_of(decision), {"answer": "can_live"}, follow=True))
    assert "You said: “I can live with it”" in page
    browser.post(page_of(decision), {"answer": "concern", "reason": SECRET})
    assert answer_of(decision, mina) == ("concern", SECRET)
    browser.post(page_of(decision), {"answer": "for", "reason": "left over"})
    assert answer_of(decision, mina) == ("for", "")
    browser.post(page_of(decision), {"take_back": "1"})
    assert answer_of(decision, mina) == ("", "")


def test_a_concern_without_a_reason_is_an_error_beside_the_field(mina, signed_in):
    decision, browser = proposed(mina), signed_in(mina)
    page = text(browser.post(page_of(decision), {"answer": "concern"}))
    assert "Error:" in page
    assert 'id="id_reason_error"' in page
    assert 'value="concern"' in page
    assert "checked" in page[page.index('value="concern"') :][:120]
    assert answer_of(decision, mina) == ("", "")


def test_no_answer_at_all_keeps_what_was_said_before(mina, signed_in):
    decision, browser = proposed(mina), signed_in(mina)
    say(decision, FOR, mina)
    for typed in ({}, {"answer": "nonsense"}, {"answer": "concern", "reason": "  "}):
        assert "Error:" in text(browser.post(page_of(decision), typed))
    assert answer_of(decision, mina) == ("for", "")


@pytest.mark.parametrize("who", ["late", "unknown"])
def test_whoever_is_not_on_the_list_never_gets_in(who, mina, signed_in):
    decision = proposed(mina)
    person = member("Late") if who == "late" else factories.person("Mallory", known=False)
    browser = signed_in(person)
    assert 'name="answer"' not in text(browser.get(page_of(decision)))
    page = text(browser.post(page_of(decision), {"answer": "for"}, follow=True))
    assert "You have no say in this one" in page
    assert not Say.objects.filter(answer="for").exists()


def test_after_the_end_nothing_is_changed_though_no_one_has_counted_yet(mina, signed_in):
    decision, browser = proposed(mina), signed_in(mina)
    say(decision, FOR, mina)
    voting.last_moment_comes(decision)
    page = text(browser.get(page_of(decision)))
    assert 'name="answer"' not in page
    assert "counting" in page
    for typed in ({"answer": "can_live"}, {"take_back": "1"}, {"answer": "nonsense"}):
        browser.post(page_of(decision), typed)
    assert answer_of(decision, mina) == ("for", "")


def test_a_form_of_another_site_is_refused(mina):
    decision = proposed(mina)
    browser = sign_in(Client(enforce_csrf_checks=True), mina)
    assert browser.post(page_of(decision), {"answer": "for"}).status_code == 403
    assert answer_of(decision, mina) == ("", "")


# What is hidden, and what is told.


def test_until_the_end_no_one_sees_what_others_say_or_how_many(mina, carla, signed_in):
    voting.long_here()
    others = members(6)
    decision = proposed(mina)
    readers = {user: signed_in(user) for user in (carla, mina)}
    before = {user: _without_tokens(text(b.get(page_of(decision)))) for user, b in readers.items()}
    lists = {user: _without_tokens(text(b.get("/decisions/"))) for user, b in readers.items()}
    say(decision, FOR, *others[:3])
    say(decision, CONCERN, *others[3:], reason=SECRET)
    for user, browser in readers.items():
        assert _without_tokens(text(browser.get(page_of(decision)))) == before[user]
        assert _without_tokens(text(browser.get("/decisions/"))) == lists[user]


def _without_tokens(page: str) -> str:
    return re.sub(r'value="\w{64}"', "", page)


def test_once_decided_counts_and_reasons_stand_without_names(mina, signed_in):
    others = members(7)
    decision = proposed(mina)
    say(decision, FOR, *others[:4])
    say(decision, CAN_LIVE, others[4])
    say(decision, CONCERN, others[5], reason=SECRET)
    closed(decision)
    page = text(signed_in(mina).get(page_of(decision)))
    assert "6 of 8 people answered." in page
    assert "For it: 4. Can live with it: 1. A serious concern: 1." in page
    assert SECRET in page
    assert "It took effect at once." in page
    assert not any(one.name in page for one in others)


def test_reasons_are_for_those_who_have_a_say(mina, signed_in):
    others = members(7)
    decision = proposed(mina)
    say(decision, FOR, *others[:5])
    say(decision, CONCERN, others[5], reason=SECRET)
    closed(decision)
    page = text(signed_in(factories.person("Noor", known=False)).get(page_of(decision)))
    assert "6 of 8 people answered." in page
    assert SECRET not in page


def test_of_fewer_than_five_answers_only_the_outcome_is_told(mina, signed_in):
    others = members(5)
    decision = proposed(mina)
    say(decision, FOR, *others[:3])
    say(decision, CONCERN, others[3], reason=SECRET)
    closed(decision)
    page = text(signed_in(mina).get(page_of(decision)))
    assert "Didn&#x27;t pass" in page
    assert "Nothing changes." in page
    assert "Fewer than five people answered" in page
    assert "For it" not in page
    assert SECRET not in page


def test_too_few_answers_change_nothing(mina, signed_in):
    members(5)
    decision = closed(proposed(mina))
    page = text(signed_in(mina).get(page_of(decision)))
    assert "Not enough people answered" in page
    assert "Nothing changes." in page


def test_a_rule_that_changed_meanwhile_is_said(mina, signed_in):
    others = members(6)
    decision = proposed(mina)
    say(decision, FOR, *others)
    factories.set_policy(wave_minutes_normal=44)
    closed(decision)
    page = text(signed_in(mina).get(page_of(decision)))
    assert "the rule was changed meanwhile, so nothing happened" in page
    assert "It took effect" not in page


def test_erased_words_leave_the_outcome(mina, signed_in):
    others = members(6)
    decision = proposed(mina, why="Night shifts")
    say(decision, FOR, *others)
    closed(decision)
    Decision.objects.filter(pk=decision.pk).update(values=None, why="", reasons_json="")
    page = text(signed_in(mina).get(page_of(decision)))
    assert "The words are erased by now." in page
    assert "6 of 7 people answered." in page


# Someone whom members know.


def test_two_members_who_type_the_code_of_someone_give_them_a_say(mina, signed_in):
    noor = factories.person("Noor", known=False)
    voting.long_here(noor)
    page = text(signed_in(noor).get("/decisions/"))
    assert code_of(noor) in page
    for member_ in (mina, member("Ola")):
        assert not has_a_say(noor)
        browser = signed_in(member_)
        assert "Noor" in text(browser.post("/decisions/vouch/", {"code": code_of(noor)}))
        sure = {"code": code_of(noor), "sure": "1"}
        thanks = text(browser.post("/decisions/vouch/", sure, follow=True))
        assert "It takes two members who say so, and two weeks in our group." in thanks
    assert has_a_say(noor)
    assert code_of(noor) not in text(signed_in(noor).get("/decisions/"))


def test_no_one_vouches_twice_for_themself_or_without_a_say(mina, signed_in):
    noor, browser = factories.person("Noor", known=False), signed_in(mina)
    for typed in (noor, noor, mina):
        browser.post("/decisions/vouch/", {"code": code_of(typed), "sure": "1"})
    assert Vouch.objects.count() == 1
    signed_in(noor).post("/decisions/vouch/", {"code": code_of(mina), "sure": "1"})
    assert Vouch.objects.count() == 1


def test_guessing_the_codes_of_people_stops(mina, signed_in):
    browser = signed_in(mina)
    for _try in range(CODES_TYPED.most):
        assert "No one has this code." in text(
            browser.post("/decisions/vouch/", {"code": "1-AAA-AAA"})
        )
    assert browser.post("/decisions/vouch/", {"code": code_of(mina)}).status_code == 429


# My page.


def test_my_page_says_what_waits_for_my_word_and_nothing_once_it_is_said(mina, signed_in):
    decision, browser = proposed(mina), signed_in(mina)
    assert page_of(decision) in text(browser.get("/me/"))
    say(decision, FOR, mina)
    page = text(browser.get("/me/"))
    assert page_of(decision) not in page
    assert "These wait for your word" not in page


def test_my_page_asks_the_database_once_more_and_only_while_it_is_on(mina, signed_in):
    browser = signed_in(mina)
    proposed(mina)
    counts = {}
    for is_on in (True, False):
        factories.set_policy(has_decisions=is_on)
        browser.get("/me/")
        with CaptureQueriesContext(connection) as asked:
            browser.get("/me/")
        counts[is_on] = len(asked)
    assert counts[True] == counts[False] + 1


def test_the_foot_of_each_page_leads_there_while_it_is_on_for_whoever_is_signed_in(mina, signed_in):
    link = 'href="/decisions/"'
    assert link in text(signed_in(mina).get("/about/"))
    assert link not in text(Client().get("/about/"))
    factories.set_policy(has_decisions=False)
    assert link not in text(signed_in(mina).get("/about/"))
