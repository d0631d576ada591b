"""Matching one need: found, stored with reasons, a few invited; and nothing doubled, whatever happens."""

from functools import partial

import pytest
from django.db.models.functions import Now

from mutualaid import celery
from mutualaid.matching import tasks
from mutualaid.matching.models import Match
from mutualaid.matching.outreach import match_need
from mutualaid.matching.outreach.nudges import AT_ONCE
from mutualaid.matching.outreach.waves import invite_next
from mutualaid.matching.search.reasons import in_words, with_points
from mutualaid.notify.models import Notification
from offers_app.actions import pause_offer, resume_offer
from offers_app.models import Offer
from requests_app.actions import withdraw_need
from requests_app.models import Need
from tests.support import factories
from tests.support.at_once import at_once

pytestmark = pytest.mark.django_db


def due(need: Need) -> bool:
    return Need.objects.due_for_matching().filter(pk=need.pk).exists()


def let_the_lease_run_out(need: Need) -> None:
    moved = Need.objects.filter(pk=need.pk, match_due_at__lte=Now() + match_need.LEASE)
    assert moved.update(match_due_at=Now()) == 1


def rows() -> tuple[list[object], ...]:
    return (
        list(Match.objects.order_by("pk").values("pk", "need", "offer", "state", "invited_at")),
        list(Notification.objects.order_by("pk").values("pk", "key", "state")),
    )


def test_a_new_need_is_due_and_matching_invites_who_fits_with_the_reasons(sam):
    factories.offer(by=sam)
    need = factories.need()
    assert due(need)
    assert match_need.match_need(need.pk) == 1
    match = need.matches.get()
    assert (match.state, match.offer.volunteer) == ("notified", sam)
    assert in_words(match.lines) == [
        "in your area",
        "you offered this",
        "both speak en",
        "not asked before",
        "you told us lately that you still offer this",
    ]
    assert match.score == sum(line["points"] for line in match.lines)
    assert with_points(match.lines)[0] == "in their area: 35"
    assert Notification.objects.get(kind="need_fits").recipient == sam


def test_run_again_it_changes_nothing(sam):
    factories.offer(by=sam)
    need = factories.need()
    match_need.match_need(need.pk)
    before = rows()
    for _ in range(3):
        assert match_need.match_need(need.pk) == 0
    Need.objects.update(match_due_at=need.created_at)
    match_need.match_need(need.pk)
    assert rows() == before


@pytest.mark.django_db(transaction=True)
def test_ten_workers_at_once_do_it_once():
    for _ in range(3):
        factories.offer()
    need = factories.need()
    found = at_once([partial(match_need.match_need, need.pk)] * 10)
    assert sorted(found) == [0] * 9 + [3]
    assert need.matches.count() == Notification.objects.filter(kind="need_fits").count() == 3


def test_a_worker_that_dies_half_way_leaves_nothing_behind_and_the_need_is_due_after_its_lease(
    sam, monkeypatch
):
    factories.offer(by=sam)
    need = factories.need()
    monkeypatch.setattr(match_need, "invite_next", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        match_need.match_need(need.pk)
    assert rows() == ([], [])
    monkeypatch.undo()
    assert not due(need)
    let_the_lease_run_out(need)
    assert match_need.match_need(need.pk) == 1


def test_a_need_that_always_fails_holds_up_no_other(sam, monkeypatch):
    factories.offer(by=sam)
    broken, other = factories.need(urgency=4), factories.need()
    whole = invite_next
    monkeypatch.setattr(
        match_need, "invite_next", lambda need, now: 1 / 0 if need == broken else whole(need, now)
    )
    with pytest.raises(ZeroDivisionError):
        tasks.sweep()
    tasks.sweep()
    assert other.matches.exists()
    assert not broken.matches.exists()


def test_whichever_need_the_task_was_started_for_the_most_urgent_goes_first():
    calm = [factories.need(urgency=1) for _ in range(match_need.A_FEW)]
    urgent = factories.need(urgency=4)
    match_need.match_most_urgent()
    assert not due(urgent)
    assert [need for need in calm if due(need)] == calm[-1:]


def test_a_nudge_goes_on_until_fewer_are_due():
    for _ in range(match_need.A_FEW + 1):
        factories.need()
    tasks.match_most_urgent()
    assert not Need.objects.due_for_matching().exists()


def test_of_many_nudges_some_work_and_one_is_left_for_what_came_meanwhile(monkeypatch):
    at_work, left = list[int](), list[object]()

    def others_come() -> bool:
        at_work.append(1)
        tasks.match_most_urgent()
        return True

    monkeypatch.setattr(match_need, "match_while_many_wait", others_come)
    monkeypatch.setattr(tasks, "enqueue_on_commit", left.append)
    tasks.match_most_urgent()
    assert (len(at_work), left) == (AT_ONCE, [tasks.match_most_urgent])
    assert tasks.nudges.at_work == 0


def test_a_nudge_that_fails_makes_room_for_the_next(monkeypatch):
    with monkeypatch.context() as broken:
        broken.setattr(match_need, "match_while_many_wait", lambda: 1 / 0)
        for _ in range(2 * AT_ONCE):
            with pytest.raises(ZeroDivisionError):
                tasks.match_most_urgent()
    need = factories.need()
    tasks.match_most_urgent()
    assert not due(need)


def test_what_takes_longer_than_a_sweep_is_left_to_another_nudge(monkeypatch):
    left = list[object]()
    monkeypatch.setattr(celery, "SWEEP_SECONDS", 0)
    monkeypatch.setattr(tasks, "enqueue_on_commit", left.append)
    needs = [factories.need() for _ in range(match_need.A_FEW + 1)]
    tasks.match_most_urgent()
    assert sum(due(need) for need in needs) == 1
    assert left == [tasks.match_most_urgent]


def test_what_was_taken_back_in_the_meantime_is_left_alone(sam):
    factories.offer(by=sam)
    need = factories.need()
    withdraw_need(need)
    assert match_need.match_need(need.pk) == 0
    assert rows() == ([], [])


def test_an_empty_city_is_no_fault_and_is_looked_at_again_tomorrow():
    need = factories.need()
    assert match_need.match_need(need.pk) == 0
    need.refresh_from_db()
    assert need.match_due_at > need.created_at
    assert not due(need)


def test_a_need_that_is_gone_is_no_fault():
    assert match_need.match_need(987654) == 0


def test_a_new_offer_finds_the_needs_that_waited(sam):
    need = factories.need()
    match_need.match_need(need.pk)
    offer = factories.offer(by=sam)
    tasks.match_offer(offer.pk)
    assert need.matches.get().state == "notified"
    before = rows()
    tasks.match_offer(offer.pk)
    assert rows() == before


def test_an_offer_that_comes_back_from_a_break_is_matched(sam):
    offer = factories.offer(by=sam)
    tasks.match_offer(offer.pk)
    pause_offer(offer, until=None)
    need = factories.need()
    tasks.sweep()
    assert not need.matches.exists()
    resume_offer(offer)
    tasks.sweep()
    assert need.matches.get().offer == offer


def test_an_offer_that_was_changed_forgets_what_no_longer_fits(sam):
    factories.set_policy(wave_chances=[0.0] * 4)
    factories.offer(by=sam)
    need = factories.need()
    tasks.sweep()
    assert need.matches.get().state == "suggested"
    factories.offer(by=sam, categories=[factories.category("rides")])
    tasks.sweep()
    assert not need.matches.exists()


def test_the_sweep_finds_what_no_task_was_started_for(sam):
    factories.offer(by=sam)
    needs = [factories.need() for _ in range(3)]
    tasks.sweep()
    assert [need.matches.count() for need in needs] == [1, 1, 1]
    assert not Need.objects.due_for_matching().exists()
    assert not Offer.objects.due_for_matching().exists()


def test_a_short_list_is_kept_not_a_whole_city():
    factories.set_policy(shortlist_size=4)
    for _ in range(12):
        factories.offer()
    need = factories.need()
    match_need.match_need(need.pk)
    assert need.matches.count() == 4
