"""Who has a say hears of it three times at most, in the daytime, and never what is proposed."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db.models.functions import Now
from django.urls import reverse

from mutualaid.decisions.effects import seal_of
from mutualaid.decisions.models import Decision
from mutualaid.decisions.notifications import BY_TWO
from mutualaid.notify.models import Notification, Preferences
from mutualaid.notify.registry import kind_named
from mutualaid.notify.tasks import sweep as deliver_all
from mutualaid.people.models import User
from tests.support import factories, voting
from tests.support.voting import CONCERN, FOR, closed, member, members, proposed, say, sweep

pytestmark = pytest.mark.django_db
KINDS = ("proposal_opened", "proposal_reminder", "proposal_closed")


@pytest.fixture(autouse=True)
def _together(db: None) -> None:
    voting.together()


def a_day_is_left(decision: Decision) -> None:
    decision.refresh_from_db()
    moved = decision.ends_at - decision.opened_at - timedelta(hours=23)
    decision.ends_at -= moved
    decision.opened_at -= moved
    Decision.objects.filter(pk=decision.pk).update(
        ends_at=decision.ends_at, opened_at=decision.opened_at, seal=seal_of(decision)
    )


def letters() -> list[tuple[str, str]]:
    """To whom each mail went, and its subject; the outbox is empty afterwards."""
    deliver_all()
    sent = sorted((letter.to[0], str(letter.subject)) for letter in mail.outbox)
    mail.outbox.clear()
    return sent


def of(*people: User, subject: str) -> list[tuple[str, str]]:
    return sorted((str(one.email), subject) for one in people)


def test_from_opening_to_outcome_each_hears_what_concerns_them_and_once():
    ada, ben, kim = members(3)
    decision = proposed(ada)
    sweep()
    sweep()
    assert letters() == of(ada, ben, kim, subject="Your word is asked for")
    say(decision, FOR, ada)
    a_day_is_left(decision)
    sweep()
    sweep()
    assert letters() == of(ben, kim, subject="One day left to have your say")
    say(decision, FOR, ben, kim)
    closed(decision)
    sweep()
    assert letters() == of(ada, ben, kim, subject="Something was decided")
    assert letters() == []


def test_whoever_answered_before_a_message_went_out_does_not_get_it():
    ada, ben = members(2)
    decision = proposed(ada)
    sweep()
    say(decision, FOR, ada)
    assert letters() == of(ben, subject="Your word is asked for")


def test_no_message_says_what_is_proposed_or_what_anyone_answered():
    ada, ben = members(2)
    words = "Ask Zsófianary before you ring"
    decision = proposed(ada, {"words": words, "replaces": ""}, kind="agreement", why="Canarino")
    sweep()
    say(decision, CONCERN, ben, reason="the blue canary")
    closed(decision)
    deliver_all()
    assert mail.outbox
    for letter in mail.outbox:
        written = f"{letter.subject} {letter.body} {letter.alternatives}"
        for secret in (words, "Canarino", "canary", "Zsófianary"):
            assert secret not in written


def test_they_wake_no_one():
    assert all(kind_named(kind).by_day for kind in (*KINDS, *BY_TWO.values()))


def test_they_are_a_group_of_their_own_that_one_can_do_without():
    ada, ben = members(2)
    Preferences.objects.create(user=ben, ways={"decisions": []})
    proposed(ada)
    sweep()
    assert letters() == of(ada, subject="Your word is asked for")


def test_where_they_decide_no_longer_no_message_leads_to_a_page_that_is_gone():
    ada, _ben = members(2)
    decision = proposed(ada)
    sweep()
    factories.set_policy(has_decisions=False)
    assert letters() == []
    closed(decision)
    deliver_all()
    assert len(mail.outbox) == 2
    assert str(decision.public_id) not in str(mail.outbox[0].body)


def test_whoever_is_switched_off_meanwhile_hears_nothing():
    ada, ben = members(2)
    proposed(ada)
    User.objects.filter(pk=ben.pk).update(is_active=False)
    sweep()
    assert letters() == of(ada, subject="Your word is asked for")


def test_hundreds_are_told_in_batches_each_once(django_assert_max_num_queries):
    people = members(230)
    proposed(people[0])
    with django_assert_max_num_queries(60):
        sweep()
    assert Notification.objects.filter(kind="proposal_opened").count() == 230
    sweep()
    assert Notification.objects.filter(kind="proposal_opened").count() == 230


def test_where_nothing_is_due_a_sweep_asks_little_and_locks_nothing(
    django_assert_num_queries,
):
    member()
    with django_assert_num_queries(8):
        sweep()
    assert not Notification.objects.exists()


def test_a_message_that_was_not_sent_by_the_last_moment_asks_for_nothing():
    ada, ben = members(2)
    decision = proposed(ada)
    sweep()
    Decision.objects.update(ends_at=Now())
    assert letters() == []
    assert decision.says.filter(user=ben, opened_told=True).exists()


def test_the_page_of_messages_asks_about_it_only_where_members_decide(signed_in):
    browser, page = signed_in(member()), reverse("preferences")
    assert 'name="decisions"' in browser.get(page).content.decode()
    factories.set_policy(has_decisions=False)
    assert 'name="decisions"' not in browser.get(page).content.decode()
