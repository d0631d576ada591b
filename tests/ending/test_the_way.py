"""The whole way with the fixed cast: agreed, told, closed, called off at each stage."""

from datetime import time, timedelta

import pytest
from django.core import mail
from django.db.models import Value
from django.utils import timezone
from django.utils.formats import date_format

from mutualaid.data_rights.actions import erase_account
from mutualaid.encryption.fingerprints import veil_account
from mutualaid.ending.actions import call_off
from mutualaid.ending.closing import close_what_is_open
from mutualaid.ending.models import Stage, WindingDown
from mutualaid.ending.progress import progress_of
from mutualaid.ending.sweep import sweep_winding_down
from mutualaid.group.actions import change_group
from mutualaid.notify.channels.delivery_reports import Fate, Report
from mutualaid.notify.inbound.feedback import note_report
from mutualaid.notify.links.unsubscribe import Unsubscription, unsubscribe
from mutualaid.notify.models import Attempt, Notification, Preferences, Suppression
from mutualaid.notify.recipient import address_fingerprint
from mutualaid.notify.registry import compose
from mutualaid.notify.tasks import sweep as deliver_all
from mutualaid.people.models import User
from mutualaid.policy.actions import change_policy
from mutualaid.retention.erasing import erase_expired
from requests_app.actions import (
    claim_need,
    close_need,
    erase_ask,
    release_claim,
    repeat_need,
    withdraw_need,
)
from requests_app.actions.sending import ContactDetails
from requests_app.lifecycle.actors import coordinator, volunteer
from requests_app.lifecycle.transitions import lock_needs
from requests_app.models import Ask, Need, Series
from requests_app.states import CloseReason, NeedState
from tests.support import factories, winding
from tests.support.at_once import at_once
from tests.support.people import has_phone

pytestmark = pytest.mark.django_db
BEA = ContactDetails(name="Bea", email="bea@example.org", channels="email")
EVERYONE = ("group_ends", "group_ends_ask")
LAST_DAYS = ("group_ends_helper", "group_ends_helped")
GO_ON = ("group_goes_on", "group_goes_on_ask")


def fresh(need: Need) -> Need:
    return Need.objects.get(pk=need.pk)


def to_everyone() -> list[str]:
    """The subjects of what was sent, without what those who decide are told of each step."""
    subjects = ("We are winding down", "We go on after all")
    return [message.subject for message in mail.outbox if message.subject in subjects]


def test_everyone_with_an_account_and_every_neighbour_with_an_open_need_is_told_once(
    rosa, sam, carla, dora
):
    of_rosa, of_bea = factories.need(account=rosa), factories.need(contact=BEA)
    withdraw_need(factories.need())
    held = factories.need(contact=BEA)
    Need.objects.filter(pk=held.pk).update(held_back="site", state="triage")
    User.objects.filter(pk=factories.person("Gone").pk).update(is_active=False)
    erase_account(factories.person("Erased"))
    proposal = winding.agreed(carla, dora)
    assert of_rosa.ask_id != of_bea.ask_id
    winding.sweep()
    expected = [("group_ends", user.pk) for user in (rosa, sam, carla, dora)]
    assert winding.told(*EVERYONE) == sorted([*expected, ("group_ends_ask", of_bea.ask_id)])
    proposal.refresh_from_db()
    assert proposal.stage == Stage.TOLD
    assert winding.sweep() == 0
    assert len(winding.told(*EVERYONE)) == 5


def test_no_one_is_told_of_a_proposal(carla, dora, sam):
    winding.proposed(carla)
    assert winding.sweep() == 0
    assert winding.told(*EVERYONE) == []


def test_the_message_has_both_days_and_the_words_of_the_group_and_can_not_be_switched_off(
    sam, carla, dora
):
    change_group(by=None, changes={"winding_down_en": "Turn to **Oak Street** now."})
    Preferences.objects.create(
        user=sam, ways={name: [] for name in ("invitations", "tasks", "care", "digest")}
    )
    need = factories.need(contact=BEA)
    proposal = winding.agreed(carla, dora)
    winding.sweep()
    deliver_all()
    texts = {message.to[0]: f"{message.subject}\n{message.body}" for message in mail.outbox}
    of_it = [one for one in mail.outbox if one.subject.startswith("We are winding down")]
    assert len(of_it) == 4
    for message in of_it:
        assert "List-Unsubscribe" not in message.extra_headers
        assert "No more messages" not in message.body
    for address in (sam.email, "bea@example.org"):
        text = texts[address]
        assert text.startswith("We are winding down")
        assert "Turn to **Oak Street** now." in text
        for day in (proposal.closes_on, proposal.erases_on):
            assert f"{day:%Y}" in text
            assert str(day.day) in text
    assert "/account/data/" in texts[sam.email]
    assert "/need/" in texts["bea@example.org"]
    assert fresh(need).state != NeedState.CLOSED


def test_at_night_no_one_is_woken_and_in_the_morning_everyone_is_told(sam, carla, dora):
    now, hour = timezone.localtime(), timedelta(hours=1)
    change_policy(
        by=None, changes={"quiet_from": (now - hour).time(), "quiet_until": (now + hour).time()}
    )
    Preferences.objects.create(user=sam, quiet_from=time(0), quiet_until=time(0))
    factories.need(contact=BEA)
    winding.agreed(carla, dora)
    winding.sweep()
    deliver_all()
    of_it = [one for one in mail.outbox if one.subject.startswith("We are winding down")]
    assert [one.to for one in of_it] == [[sam.email]], "who has no quiet hours"
    waiting = Notification.objects.filter(kind__in=EVERYONE, state="waiting")
    assert waiting.count() == 3
    for message in waiting:
        assert timedelta(minutes=58) < message.due_at - timezone.now() < timedelta(minutes=62)
    change_policy(by=None, changes={"quiet_from": time(0), "quiet_until": time(0)})
    waiting.update(due_at=timezone.now())
    deliver_all()
    assert not waiting.exists()


def test_who_wants_no_more_of_other_kinds_is_told_and_who_wants_none_at_all_is_not(
    sam, carla, dora
):
    point = address_fingerprint("bea@example.org")
    unsubscribe(Unsubscription("sign_in", "email", sam.pk, ""))
    Suppression.add("email", point, Suppression.Reason.OFF, "sign_in")
    Suppression.add("email", address_fingerprint(carla.email), Suppression.Reason.STOP)
    factories.need(contact=BEA)
    winding.agreed(carla, dora)
    winding.sweep()
    deliver_all()
    of_it = [one for one in mail.outbox if one.subject.startswith("We are winding down")]
    assert {one.to[0] for one in of_it} == {"bea@example.org", sam.email, dora.email}


def test_a_complaint_about_it_ends_no_other_messages(sam, carla, dora):
    winding.agreed(carla, dora)
    winding.sweep()
    deliver_all()
    sent = Attempt.objects.get(notification__recipient=sam)
    note_report(Report(frozenset({sent.message_id}), {"": Fate.COMPLAINED}))
    assert not Suppression.objects.exists()
    assert Preferences.of(sam).wants("group_ends", "email")


def test_who_comes_during_it_is_told_too(rosa, carla, dora):
    proposal = winding.agreed(carla, dora)
    winding.sweep()
    late, need = factories.person("Late"), factories.need(contact=BEA)
    winding.sweep()
    told = winding.told(*EVERYONE)
    assert ("group_ends", late.pk) in told
    assert ("group_ends_ask", need.ask_id) in told
    assert progress_of(proposal).to_tell == 5


def test_told_is_whose_message_has_gone_out_and_the_others_are_counted_too(rosa, sam, carla, dora):
    Suppression.add("email", address_fingerprint(rosa.email), Suppression.Reason.STOP)
    factories.need(contact=BEA)
    proposal = winding.agreed(carla, dora)
    assert progress_of(proposal)[:3] == (0, 5, 0)
    winding.sweep()
    proposal.refresh_from_db()
    assert progress_of(proposal)[:3] == (0, 4, 1), "no message may go to Rosa"
    Notification.objects.filter(kind="group_ends_ask").update(state="to_call")
    deliver_all()
    assert progress_of(proposal)[:3] == (3, 1, 1)
    Notification.objects.filter(recipient=sam).update(state="failed", sent_at=None)
    assert progress_of(proposal)[:3] == (2, 1, 2)
    assert progress_of(proposal).to_tell == 5


def test_who_can_be_told_only_later_is_told_then(rosa, sam, carla, dora):
    of_rosa, held = factories.need(account=rosa), factories.need(contact=BEA)
    Need.objects.filter(pk=held.pk).update(held_back="site", state="triage")
    User.objects.filter(pk=sam.pk).update(is_active=False)
    late = factories.person("Late")
    User.objects.filter(pk=late.pk).update(email=None)
    proposal = winding.agreed(carla, dora)
    winding.sweep()
    assert ("group_ends", late.pk) not in winding.told(*EVERYONE)
    long_ago = timezone.now() - timedelta(days=40)
    WindingDown.objects.filter(pk=proposal.pk).update(agreed_at=long_ago, told_at=long_ago)
    Need.objects.filter(pk=held.pk).update(held_back="")
    User.objects.filter(pk=sam.pk).update(is_active=True)
    User.objects.filter(pk=late.pk).update(email="late@example.org")
    User.objects.filter(pk=rosa.pk).update(is_active=False)
    winding.sweep()
    told = winding.told(*EVERYONE)
    assert ("group_ends", sam.pk) in told
    assert ("group_ends", late.pk) in told
    assert ("group_ends_ask", held.ask_id) in told
    assert ("group_ends_ask", of_rosa.ask_id) in told, "for they can't sign in"
    assert len(told) == 5 + 2


def test_who_asked_with_an_account_that_is_hidden_is_told_by_the_account_alone(rosa, carla, dora):
    hidden = factories.need(contact=BEA)
    Ask.objects.filter(pk=hidden.ask_id).update(veiled=True, veiled_account=veil_account(rosa.pk))
    winding.agreed(carla, dora)
    winding.sweep()
    assert ("group_ends", rosa.pk) in winding.told(*EVERYONE)
    assert winding.told("group_ends_ask") == []


def test_who_was_told_is_known_as_long_as_it_lasts_and_forgotten_after_it(rosa, carla, dora):
    need = factories.need(contact=BEA)
    proposal = winding.agreed(carla, dora)
    winding.sweep()
    deliver_all()
    Notification.objects.update(created_at=timezone.now() - timedelta(days=150))
    erase_expired()
    assert set(Notification.objects.values_list("kind", flat=True)) == set(EVERYONE)
    assert winding.sweep() == 0
    withdraw_need(need)
    call_off(proposal, by=dora)
    winding.sweep()
    assert len(winding.told(*GO_ON)) == 4
    assert ("group_goes_on_ask", need.ask_id) in winding.told(*GO_ON)
    deliver_all()
    erase_expired()
    assert winding.told(*EVERYONE, *GO_ON) == []


def test_one_whose_phone_no_key_opens_keeps_no_one_else_waiting(rosa, sam, carla, dora):
    has_phone(sam)
    Preferences.objects.filter(user=sam).update(phone=Value("no such seal"))
    proposal = winding.agreed(carla, dora)
    winding.sweep()
    assert winding.told("group_ends") == [
        ("group_ends", user.pk) for user in sorted((rosa, carla, dora), key=lambda one: one.pk)
    ]
    proposal.refresh_from_db()
    assert proposal.told_at


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_tell_and_close_and_erase_once(rosa, sam, carla, dora, monkeypatch):
    monkeypatch.setattr("mutualaid.ending.telling.BATCH", 2)
    monkeypatch.setattr("mutualaid.ending.closing.BATCH", 1)
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
        patched.setattr("mutualaid.ending.closing.lock_needs", lock_needs_too_late)
        assert next(close_what_is_open(proposal)) == 1
    winding.sweep()
    assert fresh(need).state == NeedState.CLAIMED
    proposal.refresh_from_db()
    assert proposal.closed_at


def test_both_sides_of_a_help_are_told_once_in_the_last_days(sam, carla, dora):
    ask = factories.ask(factories.details(), factories.details(), contact=BEA)
    claims = [claim_need(one, by=sam, weekly_limit=5) for one in ask.needs.order_by("pk")]
    proposal = winding.agreed(carla, dora)
    winding.sweep()
    winding.the_day_comes(proposal, closes=True)
    winding.sweep()
    winding.sweep()
    assert winding.told(*LAST_DAYS) == [], "not yet"
    today = timezone.localdate()
    WindingDown.objects.filter(pk=proposal.pk).update(
        closes_on=today - timedelta(days=20), erases_on=today + timedelta(days=7)
    )
    winding.sweep()
    expected = [("group_ends_helped", claims[0].pk), ("group_ends_helper", claims[0].pk)]
    assert winding.told(*LAST_DAYS) == expected
    release_claim(claims[0], by=volunteer(sam))
    mail.outbox.clear()
    winding.sweep()
    assert winding.told(*LAST_DAYS) == expected, "about the other they know it already"


def test_what_both_sides_read_in_the_last_days_names_the_day(sam, carla, dora):
    need = factories.need(contact=BEA)
    claim = claim_need(need, by=sam, weekly_limit=5)
    proposal = winding.agreed(carla, dora)
    winding.sweep()
    winding.the_day_comes(proposal, closes=True)
    winding.sweep()
    day = timezone.localdate() + timedelta(days=6)
    WindingDown.objects.filter(pk=proposal.pk).update(
        closes_on=day - timedelta(days=9), erases_on=day
    )
    winding.sweep()
    mail.outbox.clear()
    deliver_all()
    texts = {
        message.to[0]: message.body for message in mail.outbox if "ends soon" in message.subject
    }
    assert texts.keys() == {sam.email, "bea@example.org"}
    for text in texts.values():
        assert f"On {date_format(day)} our group ends" in text
        assert "between the two of you" in text
    assert f"/claims/{claim.public_id}/" in texts[sam.email]


def test_once_it_has_ended_no_message_goes_out_any_more(rosa, sam, carla, dora):
    need = factories.need(contact=BEA)
    claim = claim_need(need, by=sam, weekly_limit=5)
    winding.agreed(carla, dora)
    winding.sweep()
    release_claim(claim, by=volunteer(sam))
    change_group(by=None, changes={"ended_on": timezone.localdate()})
    assert Notification.objects.filter(state="waiting").exists()
    deliver_all()
    assert mail.outbox == []
    assert set(Notification.objects.values_list("state", flat=True)) == {"cancelled"}


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
    monkeypatch.setattr("mutualaid.ending.telling.BATCH", 1)
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
    monkeypatch.setattr("mutualaid.ending.telling.BATCH", 1)
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
