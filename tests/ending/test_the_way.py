"""The whole way with the fixed cast: agreed, told, closed, called off at each stage."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from mutualaid.ending.actions import call_off
from mutualaid.ending.models import Stage, WindingDown
from mutualaid.ending.progress import progress_of
from mutualaid.ending.steps.closing import close_what_is_open
from mutualaid.ending.sweep import sweep_winding_down
from mutualaid.notify.registry import compose
from mutualaid.notify.tasks import sweep as deliver_all
from mutualaid.people.models import User
from requests_app.actions import (
    claim_need,
    close_need,
    erase_ask,
    release_claim,
    repeat_need,
)
from requests_app.lifecycle.actors import coordinator, volunteer
from requests_app.lifecycle.transitions import lock_needs
from requests_app.models import Need, Series
from requests_app.states import CloseReason, NeedState
from tests.support import factories, winding
from tests.support.at_once import at_once
from tests.support.winding import BEA, EVERYONE, GO_ON, fresh, to_everyone

pytestmark = pytest.mark.django_db


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_tell_and_close_and_erase_once(rosa, sam, carla, dora, monkeypatch):
    monkeypatch.setattr("mutualaid.ending.steps.telling.BATCH", 2)
    monkeypatch.setattr("mutualaid.ending.steps.closing.BATCH", 1)
    needs = [factories.need(contact=BEA) for _ in range(4)]
    proposal = winding.agreed(carla, dora)
    at_once([winding.sweep, winding.sweep])
    assert len(winding.told(*EVERYONE)) == 4 + 4
    winding.the_day_comes(proposal, closes=True)
    at_once([winding.sweep, winding.sweep])
    for need in needs:
        assert need.events.filter(action="close").count() == 1
    assert len(winding.told("need_closed")) == 4
    winding.the_day_comes(proposal, erases=True)
    at_once([winding.sweep, winding.sweep])
    winding.sweep()
    assert not User.objects.exists()
    assert not WindingDown.objects.exists()


def test_on_the_first_day_what_no_one_has_taken_on_is_closed_and_the_neighbour_told(carla, dora):
    states = ("open", "triage", "no_answer", "on_hold", "referred")
    needs = {state: factories.need(contact=BEA) for state in states}
    for state, need in needs.items():
        aside = timezone.localdate() if state in ("no_answer", "on_hold", "referred") else None
        Need.objects.filter(pk=need.pk).update(state=state, aside_until=aside)
    proposal = winding.agreed(carla, dora)
    winding.sweep()
    assert fresh(needs["open"]).state == NeedState.OPEN, "not before the day"
    winding.the_day_comes(proposal, closes=True)
    winding.sweep()
    for need in map(fresh, needs.values()):
        assert (need.state, need.close_reason) == (NeedState.CLOSED, CloseReason.UNABLE)
    deliver_all()
    closed = [message.body for message in mail.outbox if "is closed" in message.subject]
    assert len(closed) == len(needs)
    assert "We are winding down" in closed[0]
    assert "ask again" not in closed[0]
    proposal.refresh_from_db()
    assert proposal.stage == Stage.CLOSED


def test_what_a_coordinator_closes_meanwhile_is_not_put_down_to_the_end(carla, dora):
    need = factories.need(contact=BEA)
    winding.agreed(carla, dora)
    winding.sweep()
    deliver_all()
    close_need(need, by=coordinator(carla), reason=CloseReason.PARTLY)
    mail.outbox.clear()
    deliver_all()
    (closed,) = mail.outbox
    assert "A coordinator closed it: part of it arrived.\n" in closed.body
    assert "ask again" not in closed.body
    assert "We are winding down, so" not in closed.body


def test_what_someone_is_on_the_way_to_goes_on_and_closes_once_they_let_it_go(sam, carla, dora):
    need = factories.need()
    claim = claim_need(need, by=sam, weekly_limit=2)
    proposal = winding.agreed(carla, dora)
    winding.sweep()
    winding.the_day_comes(proposal, closes=True)
    winding.sweep()
    assert fresh(need).state == NeedState.CLAIMED
    proposal.refresh_from_db()
    assert proposal.closed_at, "all else is closed"
    assert progress_of(proposal)[3:] == (0, 1, 0)
    release_claim(claim, by=volunteer(sam))
    assert progress_of(proposal)[3:] == (1, 0, 0)
    winding.sweep()
    assert fresh(need).close_reason == CloseReason.UNABLE


def test_a_need_that_someone_says_yes_to_just_now_is_not_closed(sam, carla, dora, monkeypatch):
    need = factories.need()
    proposal = winding.agreed(carla, dora)
    winding.sweep()
    winding.the_day_comes(proposal, closes=True)

    def lock_needs_too_late(needs: list[Need]) -> None:
        claim_need(fresh(need), by=sam, weekly_limit=2)
        lock_needs(needs)

    with monkeypatch.context() as patched:
        patched.setattr("mutualaid.ending.steps.closing.lock_needs", lock_needs_too_late)
        assert next(close_what_is_open(proposal)) == 1
    winding.sweep()
    assert fresh(need).state == NeedState.CLAIMED
    proposal.refresh_from_db()
    assert proposal.closed_at


def test_what_repeats_ends_with_all_its_days(carla, dora):
    need = factories.need()
    until = timezone.localdate() + timedelta(days=90)
    repeat_need(need, weekdays=["MO", "TH"], until=until)
    proposal = winding.agreed(carla, dora)
    winding.sweep()
    assert progress_of(proposal).series == 1
    winding.the_day_comes(proposal, closes=True)
    winding.sweep()
    assert not Series.objects.filter(ended_at=None).exists()
    assert set(Need.objects.values_list("state", flat=True)) == {NeedState.CLOSED}
    assert progress_of(proposal)[3:] == (0, 0, 0)


def test_a_need_that_a_coordinator_takes_in_after_that_day_is_closed_as_well(carla, dora):
    proposal = winding.agreed(carla, dora)
    winding.sweep()
    winding.the_day_comes(proposal, closes=True)
    winding.sweep()
    late = factories.need(contact=BEA, taken_in_by=carla)
    winding.sweep()
    assert fresh(late).close_reason == CloseReason.UNABLE


def test_what_was_closed_and_is_told_only_after_calling_off_says_that_the_group_goes_on(
    carla, dora
):
    need = factories.need(contact=BEA)
    proposal = winding.agreed(carla, dora)
    winding.sweep()
    deliver_all()
    winding.the_day_comes(proposal, closes=True)
    winding.sweep()
    call_off(proposal, by=dora)
    mail.outbox.clear()
    deliver_all()
    assert fresh(need).state == NeedState.CLOSED
    (told,) = [str(one.body) for one in mail.outbox if "is closed" in one.subject]
    said = " ".join(told.split())
    assert "We were winding down, so we closed it: no one could do it." in said
    assert "Now we go on after all, and you can ask again at any time." in said
    assert "A coordinator closed it" not in said


def test_an_erased_ask_is_no_ones_to_tell_or_to_close(carla, dora):
    need = factories.need(contact=BEA)
    proposal = winding.agreed(carla, dora)
    winding.sweep()
    erase_ask(need.ask)
    winding.the_day_comes(proposal, closes=True)
    winding.sweep()
    deliver_all()
    assert not any("bea@example.org" in message.to for message in mail.outbox)


def test_called_off_before_anyone_was_told_no_one_hears_of_it(rosa, carla, dora):
    call_off(winding.agreed(carla, dora), by=dora)
    winding.sweep()
    deliver_all()
    assert winding.told(*EVERYONE, *GO_ON) == []
    assert to_everyone() == []


def test_called_off_while_messages_wait_they_are_not_sent(rosa, carla, dora):
    proposal = winding.agreed(carla, dora)
    winding.sweep()
    call_off(proposal, by=dora)
    winding.sweep()
    deliver_all()
    assert to_everyone() == []
    assert winding.told(*EVERYONE, *GO_ON) == []


def test_called_off_while_people_are_being_told_who_was_told_hears_that_it_goes_on(
    rosa, sam, carla, dora, monkeypatch
):
    monkeypatch.setattr("mutualaid.ending.steps.telling.BATCH", 1)
    proposal = winding.agreed(carla, dora)
    next(sweep_winding_down())
    deliver_all()
    told = winding.told(*EVERYONE)
    assert len(told) == 1
    call_off(proposal, by=dora)
    winding.sweep()
    assert winding.told(*GO_ON) == [("group_goes_on", told[0][1])]
    winding.sweep()
    deliver_all()
    assert to_everyone() == ["We are winding down", "We go on after all"]


def test_called_off_in_the_middle_of_a_sweep_it_tells_no_one_more(
    rosa, sam, carla, dora, monkeypatch
):
    monkeypatch.setattr("mutualaid.ending.steps.telling.BATCH", 1)
    proposal = winding.agreed(carla, dora)
    steps = sweep_winding_down()
    next(steps)
    call_off(proposal, by=dora)
    list(steps)
    assert len(winding.told(*EVERYONE)) == 1


def test_a_message_that_a_worker_has_already_says_nothing_once_it_is_called_off(rosa, carla, dora):
    need = factories.need(contact=BEA)
    proposal = winding.agreed(carla, dora)
    assert compose("group_ends", rosa.pk)
    assert compose("group_ends_ask", need.ask_id)
    call_off(proposal, by=dora)
    assert compose("group_ends", rosa.pk) is None
    assert compose("group_ends_ask", need.ask_id) is None


def test_called_off_after_closing_everyone_told_hears_of_it_once_and_nothing_more_is_closed(
    rosa, carla, dora
):
    need = factories.need(contact=BEA)
    proposal = winding.agreed(carla, dora)
    winding.sweep()
    deliver_all()
    winding.the_day_comes(proposal, closes=True)
    winding.sweep()
    call_off(proposal, by=carla)
    late = factories.need(contact=BEA)
    winding.sweep()
    winding.sweep()
    assert len(winding.told(*GO_ON)) == len(winding.told(*EVERYONE))
    assert ("group_goes_on", rosa.pk) in winding.told(*GO_ON)
    assert ("group_goes_on_ask", need.ask_id) in winding.told(*GO_ON)
    assert ("group_goes_on_ask", late.ask_id) not in winding.told(*GO_ON)
    deliver_all()
    to_bea = [message.subject for message in mail.outbox if message.to == ["bea@example.org"]]
    assert any(subject.startswith("We go on after all") for subject in to_bea)
    assert fresh(need).state == NeedState.CLOSED
    assert fresh(late).state == NeedState.OPEN
    winding.the_day_comes(proposal, erases=True)
    winding.sweep()
    assert User.objects.filter(erased_at=None).count() == 3


def test_a_second_time_everyone_is_told_anew(rosa, carla, dora):
    call_off(winding.agreed(carla, dora), by=carla)
    winding.sweep()
    winding.agreed(dora, carla)
    winding.sweep()
    deliver_all()
    assert len(to_everyone()) == 3


@pytest.mark.django_db(transaction=True)
def test_of_calling_off_and_a_sweep_at_once_no_one_stays_told_in_vain(rosa, sam, carla, dora):
    proposal = winding.agreed(carla, dora)
    at_once([winding.sweep, lambda: call_off(WindingDown.objects.get(pk=proposal.pk), by=carla)])
    deliver_all()
    winding.sweep()
    deliver_all()
    subjects = [(message.to[0], message.subject) for message in mail.outbox]
    ends = {to for to, subject in subjects if subject == "We are winding down"}
    assert ends == {to for to, subject in subjects if subject == "We go on after all"}
