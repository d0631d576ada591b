"""Who is told that the group ends, when, by which words, and who of them has been."""

from datetime import time, timedelta

import pytest
from django.core import mail
from django.db.models import Value
from django.utils import timezone
from django.utils.formats import date_format

from mutualaid.data_rights.actions import erase_account
from mutualaid.encryption.fingerprints import veil_account
from mutualaid.ending.actions import call_off
from mutualaid.ending.models import Stage, WindingDown
from mutualaid.ending.progress import progress_of
from mutualaid.group.actions import change_group
from mutualaid.notify.channels.delivery_reports import Fate, Report
from mutualaid.notify.inbound.feedback import note_report
from mutualaid.notify.links.unsubscribe import Unsubscription, unsubscribe
from mutualaid.notify.models import Attempt, Notification, Preferences, Suppression
from mutualaid.notify.recipient import address_fingerprint
from mutualaid.notify.tasks import sweep as deliver_all
from mutualaid.people.models import User
from mutualaid.policy.actions import change_policy
from mutualaid.retention.erasing import erase_expired
from requests_app.actions import (
    claim_need,
    release_claim,
    withdraw_need,
)
from requests_app.lifecycle.actors import volunteer
from requests_app.models import Ask, Need
from requests_app.states import NeedState
from tests.support import factories, winding
from tests.support.people import has_phone
from tests.support.winding import BEA, EVERYONE, GO_ON, fresh

pytestmark = pytest.mark.django_db
LAST_DAYS = ("group_ends_helper", "group_ends_helped")


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


def test_where_an_account_that_is_hidden_is_switched_off_their_ask_is_told(rosa, carla, dora):
    hidden = factories.need(contact=BEA)
    Ask.objects.filter(pk=hidden.ask_id).update(veiled=True, veiled_account=veil_account(rosa.pk))
    User.objects.filter(pk=rosa.pk).update(is_active=False)
    winding.agreed(carla, dora)
    winding.sweep()
    assert winding.told("group_ends_ask") == [("group_ends_ask", hidden.ask_id)]


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
