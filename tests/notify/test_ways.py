"""A message has a person, and ways: what one way does not take goes on by the next, at last to someone."""

from dataclasses import replace

import pytest
from django.db.models.functions import Now

from mutualaid.notify import delivery
from mutualaid.notify.actions import forget_phone
from mutualaid.notify.channels import http_gateway
from mutualaid.notify.channels.base import DeliveryUncertain, PermanentFailure
from mutualaid.notify.channels.mail import Mail
from mutualaid.notify.channels.push import Push
from mutualaid.notify.channels.sms import Sms
from mutualaid.notify.inbound.feedback import take_next_way
from mutualaid.notify.models import (
    Attempt,
    CallTask,
    Device,
    Notification,
    Preferences,
    Suppression,
)
from mutualaid.notify.recipient import address_fingerprint
from mutualaid.notify.registry import kind_named
from mutualaid.notify.routing.channels_for import channels_for, recipient_of
from mutualaid.notify.tasks import sweep, tidy_calls
from mutualaid.people.actions import block_contact_points
from mutualaid.people.models import BlockedContactPoint
from requests_app import actions
from requests_app.actions import ContactDetails
from requests_app.lifecycle.actors import volunteer
from requests_app.models import Claim
from tests.support import factories
from tests.support.people import (
    MAIL,
    PHONE,
    PHONE_ONLY,
    TEXTS,
    ask_by,
    comes_onto_the_call_list,
    has_phone,
    rows,
    spoken_with,
    wishes,
)

pytestmark = pytest.mark.django_db
State = Notification.State
MAIL_AND_CALLS = ContactDetails(name="Ana", email="ana@people.example", phone=PHONE)
EVERY_WAY = replace(MAIL_AND_CALLS, channels="call,sms,email")


@pytest.fixture(autouse=True)
def texts(settings, tmp_path):
    settings.SMS_URL, settings.MAIL_DIR = "sink://", tmp_path
    return tmp_path / "texts.log"


def someone_is_coming(contact: ContactDetails, sam) -> Notification:
    """Sam said yes: Ana, who was spoken with before, is told."""
    need = spoken_with(ask_by(contact))
    sweep()
    actions.claim_need(need, by=sam, weekly_limit=9)
    sweep()
    return Notification.objects.get(kind="need_claimed")


def comes_back(row: Notification) -> None:
    take_next_way(row.attempts.get(state="sent"), error="Bounced")
    sweep()
    row.refresh_from_db()


def claim_of(row: Notification) -> Claim:
    return Claim.objects.get(pk=row.about_id)


def ways(row: Notification) -> list[tuple[str, str]]:
    return list(row.attempts.order_by("pk").values_list("channel", "state"))


def test_what_one_way_took_goes_on_no_other(sam, mailoutbox, texts):
    row = someone_is_coming(EVERY_WAY, sam)
    assert ways(row) == [("sms", "sent")]
    assert [letter.subject for letter in mailoutbox if "coming" in letter.subject] == []


def test_the_way_that_they_want_first_is_tried_first_and_then_the_next(sam):
    row = someone_is_coming(replace(EVERY_WAY, channels="email,call,sms"), sam)
    assert ways(row) == [("email", "sent")]
    comes_back(row)
    assert ways(row) == [("email", "failed"), ("sms", "sent")]


@pytest.mark.parametrize("first", ["", "push", "sms", "email"])
def test_so_is_the_one_that_someone_with_an_account_wants_first(sam, first):
    has_phone(sam, tasks=["push", "sms", "email"])
    wishes(sam, first_way=first)
    Device.objects.create(user=sam, fingerprint="d", endpoint="x", p256dh="x", auth="x")
    usual = ["push", "sms", "email"]
    order = channels_for(kind_named("claim_made"), recipient_of(sam), Preferences.of(sam))
    assert order[:3] == sorted(usual, key=lambda way: way != first)


def test_a_text_to_a_phone_that_no_one_confirmed_is_the_last_way_even_so(sam):
    ask_by(replace(EVERY_WAY, channels="sms,call,email"))
    sweep()
    assert {way for row in Notification.objects.all() for way in ways(row)} == {("email", "sent")}


def test_a_mail_that_comes_back_is_told_by_phone_at_once(sam):
    """Whoever was told by mail that someone is coming, and was not, hears of it from a coordinator."""
    row = someone_is_coming(MAIL_AND_CALLS, sam)
    assert (row.state, ways(row)) == (State.SENT, [("email", "sent")])
    comes_back(row)
    assert (row.state, ways(row)) == (State.TO_CALL, [("email", "failed"), ("call", "trying")])
    assert "said yes" in CallTask.calls.to_make().get(pk=row.pk).script()["body"]


def test_a_text_that_may_have_arrived_is_followed_by_a_mail_and_never_by_a_text(
    sam, monkeypatch, mailoutbox
):
    def keeps_silent(self, attempt, message):
        raise DeliveryUncertain

    monkeypatch.setattr(Sms, "send", keeps_silent)
    row = someone_is_coming(EVERY_WAY, sam)
    assert (row.state, ways(row)) == (State.SENT, [("sms", "uncertain"), ("email", "sent")])
    comes_back(row)
    assert ways(row)[0] == ("sms", "uncertain")
    assert row.state == State.TO_CALL


def test_a_report_that_is_faster_than_the_worker_counts_too(sam, monkeypatch):
    """It comes between the yes of the server and the mark of the worker."""

    def comes_back_at_once(self, attempt, message):
        take_next_way(attempt, error="Bounced")
        return Attempt.State.SENT

    monkeypatch.setattr(Mail, "send", comes_back_at_once)
    row = someone_is_coming(MAIL_AND_CALLS, sam)
    assert (row.state, ways(row)) == (State.TO_CALL, [("email", "failed"), ("call", "trying")])


def test_a_report_between_the_two_marks_of_a_worker_counts_too(sam, monkeypatch):
    settle = delivery._settle

    def after_the_report(row, **fields):
        for attempt in row.attempts.filter(channel="email", state="sent"):
            take_next_way(attempt, error="Bounced")
        return settle(row, **fields)

    with monkeypatch.context() as reported:
        reported.setattr(delivery, "_settle", after_the_report)
        row = someone_is_coming(MAIL_AND_CALLS, sam)
    sweep()
    row.refresh_from_db()
    assert (row.state, ways(row)) == (State.TO_CALL, [("email", "failed"), ("call", "trying")])


def test_told_twice_that_it_came_back_it_goes_on_once(sam):
    row = someone_is_coming(MAIL_AND_CALLS, sam)
    attempt = row.attempts.get()
    comes_back(row)
    for _ in range(2):
        take_next_way(attempt, error="Bounced")
        sweep()
    assert ways(row) == [("email", "failed"), ("call", "trying")]
    assert CallTask.calls.to_make().filter(pk=row.pk).count() == 1


def test_what_another_way_took_meanwhile_is_not_said_again(sam):
    row = someone_is_coming(EVERY_WAY, sam)
    late = Attempt.objects.create(notification=row, channel="email", reached="x", state="uncertain")
    take_next_way(late, error="Bounced")
    row.refresh_from_db()
    assert row.state == State.SENT


def test_a_new_address_is_written_to_after_the_old_one_failed(sam, mailoutbox):
    row = someone_is_coming(MAIL, sam)
    factories.set_contact(claim_of(row).need.ask, email="new@people.example")
    mailoutbox.clear()
    comes_back(row)
    assert [letter.to for letter in mailoutbox] == [["new@people.example"]]
    assert ways(row) == [("email", "failed"), ("email", "sent")]


def test_without_any_way_left_a_coordinator_sees_it(sam, carla, signed_in):
    row = someone_is_coming(MAIL, sam)
    comes_back(row)
    assert (row.state, row.error) == (State.FAILED, "Bounced")
    assert "<strong>1</strong> message that did not go out" in " ".join(
        signed_in(carla).get("/admin/").content.decode().split()
    )


def test_a_mailbox_that_is_known_to_be_dead_is_a_call_at_once(sam, mailoutbox):
    row = someone_is_coming(MAIL_AND_CALLS, sam)
    Suppression.add("email", row.attempts.get().reached, Suppression.Reason.BOUNCED)
    mailoutbox.clear()
    actions.release_claim(claim_of(row), by=volunteer(sam))
    sweep()
    assert rows("need_reopened") == {"call": "to_call"}


@pytest.mark.parametrize(
    ("email", "ends"), [("ana@people.example", State.SENT), ("", State.FAILED)]
)
def test_whoever_takes_calls_back_is_rung_no_more_and_hears_by_another_way(
    sam, mailoutbox, email, ends
):
    need = ask_by(ContactDetails(name="Ana", phone=PHONE))
    claim = actions.claim_need(need, by=sam, weekly_limit=9)
    actions.release_claim(claim, by=volunteer(sam))
    sweep()
    assert rows("need_reopened") == {"call": "to_call"}
    factories.set_contact(need.ask, channels="email", email=email)
    tidy_calls()
    assert not CallTask.calls.to_make().exists()
    sweep()
    assert Notification.objects.get(kind="need_reopened").state == ends


def test_the_change_that_takes_calls_back_ends_those_on_the_list(sam, mailoutbox):
    need = ask_by(ContactDetails(name="Ana", phone=PHONE))
    actions.release_claim(actions.claim_need(need, by=sam, weekly_limit=9), by=volunteer(sam))
    sweep()
    actions.change_ask(need.ask, {"email": "ana@people.example"})
    assert CallTask.calls.to_make().exists()
    actions.change_ask(need.ask, {"channels": "email"})
    assert not CallTask.calls.to_make().exists()
    sweep()
    assert Notification.objects.get(kind="need_reopened").state == State.SENT


@pytest.mark.parametrize("spelling", [PHONE, "(212) 555-0143"])
def test_a_phone_that_is_blocked_leaves_the_call_list_in_that_action(sam, carla, spelling):
    need = ask_by(PHONE_ONLY)
    actions.release_claim(actions.claim_need(need, by=sam, weekly_limit=9), by=volunteer(sam))
    sweep()
    block_contact_points("212-555-0144", reason="other", by=carla)
    assert CallTask.calls.to_make().exists()
    block_contact_points(spelling, reason="other", by=carla)
    assert not CallTask.calls.to_make().exists()


def test_a_message_that_still_says_something_goes_on_where_the_phone_is_blocked(sam, mailoutbox):
    row = someone_is_coming(replace(MAIL_AND_CALLS, channels="call,email"), sam)
    call = comes_onto_the_call_list(row)
    BlockedContactPoint.objects.create(fingerprint=address_fingerprint(PHONE), reason="other")
    call.tidy()
    assert not CallTask.calls.to_make().exists()
    sweep()
    row.refresh_from_db()
    assert row.state == State.SENT


def test_whoever_forgets_their_phone_is_rung_no_more(sam):
    has_phone(sam)
    claim = actions.claim_need(factories.need(), by=sam, weekly_limit=9)
    Notification.objects.filter(about_id=claim.pk, recipient=sam).update(state=State.TO_CALL)
    assert CallTask.calls.to_make().exists()
    forget_phone(sam)
    assert not CallTask.calls.to_make().exists()


def test_who_said_stop_is_not_rung_about_what_is_not_worth_a_call(sam):
    need = spoken_with(ask_by(TEXTS))
    sweep()
    Suppression.add("sms", Attempt.objects.latest("pk").reached, Suppression.Reason.STOP)
    actions.claim_need(need, by=sam, weekly_limit=9)
    assert rows("need_claimed") == {}


class TestDevices:
    @pytest.fixture
    def devices(self, sam) -> list[Device]:
        """Sam has two, and takes e-mail too."""
        has_phone(sam, tasks=["push", "email"])
        keys = {"endpoint": "https://fcm.googleapis.com/x", "p256dh": "x", "auth": "x"}
        return [Device.objects.create(user=sam, fingerprint=str(n), **keys) for n in range(2)]

    def told(self, sam) -> Notification:
        actions.claim_need(factories.need(), by=sam, weekly_limit=9)
        sweep()
        return Notification.objects.get(kind="claim_made")

    def test_one_that_is_stale_starves_no_other(self, sam, devices, monkeypatch):
        def only_the_first(self, attempt, message):
            if attempt.reached == "1":
                raise PermanentFailure
            return Attempt.State.SENT

        monkeypatch.setattr(Push, "send", only_the_first)
        row = self.told(sam)
        assert row.state == State.SENT
        assert sorted(ways(row)) == [("push", "failed"), ("push", "sent")]
        assert Device.objects.get().fingerprint == "0"

    def test_one_whose_maker_is_busy_holds_up_no_other(self, sam, devices, monkeypatch):
        def busy(self, attempt, message):
            if attempt.reached == "1":
                raise http_gateway.TemporaryFailure
            return Attempt.State.SENT

        monkeypatch.setattr(Push, "send", busy)
        row = self.told(sam)
        assert row.state == State.SENT
        assert sorted(ways(row)) == [("push", "sent"), ("push", "stopped")]

    def test_when_none_is_left_the_next_way_is_taken(self, sam, devices, monkeypatch, mailoutbox):
        def gone(self, attempt, message):
            raise PermanentFailure

        monkeypatch.setattr(Push, "send", gone)
        row = self.told(sam)
        assert [channel for channel, _ in ways(row)] == ["push", "push", "email"]
        assert (row.state, len(mailoutbox)) == (State.SENT, 1)


def test_a_way_that_is_busy_is_waited_for_and_hands_over_when_it_is_given_up(sam, monkeypatch):
    def busy(self, attempt, message):
        raise ConnectionRefusedError

    monkeypatch.setattr(Mail, "send", busy)
    row = someone_is_coming(MAIL_AND_CALLS, sam)
    assert (row.state, ways(row)) == (State.WAITING, [("email", "trying")])
    row.attempts.update(tries=12)
    Notification.objects.update(due_at=Now())
    sweep()
    row.refresh_from_db()
    assert (row.state, ways(row)) == (State.TO_CALL, [("email", "failed"), ("call", "trying")])
