"""Where a partner is away or has too much, what waits for it waits with patience, and no other does."""

import json
import socket
from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from mutualaid import celery
from mutualaid.partners import delivery
from mutualaid.partners.delivery import may_go
from mutualaid.partners.models import OutgoingMessage, Partner
from mutualaid.partners.outbox import heard_from
from mutualaid.partners.protocol.messages import (
    ReferralAnswer,
    ReferralErase,
    ReferralErased,
    ReferralWithdraw,
)
from mutualaid.partners.states import MessageState as M
from tests.support import partners
from tests.support.gateway import gateway
from tests.support.partner_inbox import (
    Inbox,
    deliver,
    inbox_of,
    moved_to,
    row,
    states,
    time_passes,
    written,
)

pytestmark = pytest.mark.django_db


def wait() -> timedelta:
    """From now on until it is tried again, to the second."""
    left = row().quiet_until - timezone.now()
    return timedelta(seconds=round(left.total_seconds()))


@pytest.mark.parametrize("status", [0, 301, 308, 400, 401, 403, 405, 408, 500, 502, 503])
def test_while_a_partner_is_away_the_first_message_is_the_probe_and_the_others_wait(
    crown, inbox, told, status
):
    written(crown.partner)
    written(crown.partner)
    inbox.status = status
    assert deliver(crown.partner) == 0
    assert deliver(crown.partner) == 0
    assert len(inbox.asked) == 1
    assert states() == [M.WAITING] * 2
    assert row().away_since
    assert OutgoingMessage.objects.order_by("pk")[0].status == (status or None)
    assert told == []


@pytest.mark.parametrize(
    ("status", "answer"),
    [(200, "<html>This domain is for sale.</html>"), (200, ""), (404, "<h1>Not Found</h1>"), (404, ""),
     (200, "[]"), (422, '"unreadable"'), (202, '{"answer": "queued"}'),
     (200, '{"status": "ok"}')],
)  # fmt: skip
def test_an_answer_of_no_site_like_ours_is_none(crown, inbox, status, answer):
    """Where another server stands at the address meanwhile, nothing is taken for sent or for refused."""
    written(crown.partner)
    inbox.status, inbox.answer = status, answer
    assert deliver(crown.partner) == 0
    assert states() == [M.WAITING]
    assert row().away_since


def test_it_is_tried_again_after_as_long_as_it_has_been_away_and_once_an_hour_at_last(crown, inbox):
    written(crown.partner)
    inbox.status = 503
    waits: list[timedelta] = []
    while not waits or waits[-1] < timedelta(hours=1):
        deliver(crown.partner)
        waits.append(wait())
        time_passes(seconds=waits[-1].total_seconds() + 1)
    tries = len(waits)
    assert waits[0] == timedelta(seconds=10)
    assert waits == sorted(waits)
    assert tries < 12
    for _ in range(24):
        deliver(crown.partner)
        assert wait() == timedelta(hours=1)
        time_passes(hours=1, seconds=1)
    assert len(inbox.asked) == tries + 24


def test_when_it_is_back_all_goes_in_order_and_it_is_away_no_longer(crown, inbox):
    ids = [*written(crown.partner), *written(crown.partner), *written(crown.partner)]
    inbox.status = 0
    deliver(crown.partner)
    time_passes(days=3)
    inbox.status = 200
    assert deliver(crown.partner) == 3
    assert inbox.ids == [ids[0], *ids]
    assert (row().away_since, row().quiet_until) == (None, None)


def test_what_is_written_while_it_is_away_starts_no_try_of_its_own(crown, inbox):
    written(crown.partner)
    inbox.status = 503
    deliver(crown.partner)
    written(crown.partner)
    assert not may_go().exists()
    assert deliver(crown.partner) == 0
    assert len(inbox.asked) == 1


def test_a_partner_that_speaks_to_us_is_back(crown, inbox):
    written(crown.partner)
    inbox.status = 503
    deliver(crown.partner)
    heard_from(crown.partner)
    assert row().away_since is None
    inbox.status = 200
    assert deliver(crown.partner) == 1


def test_what_is_heard_within_a_minute_is_written_down_once(crown):
    heard_from(crown.partner)
    first = row().heard_at
    heard_from(crown.partner)
    assert row().heard_at == first
    time_passes(minutes=2)
    heard_from(crown.partner)
    assert row().heard_at >= first


@pytest.mark.parametrize("waits", [True, False])
def test_who_speaks_to_us_wakes_a_worker_only_if_something_waits(
    crown, waits, monkeypatch, django_capture_on_commit_callbacks
):
    woken: list[int] = []
    monkeypatch.setattr(celery, "_start", lambda _task, ids: woken.extend(ids))
    if waits:
        written(crown.partner)
    with django_capture_on_commit_callbacks(execute=True):
        heard_from(crown.partner)
    assert woken == [crown.partner.pk] * waits


@pytest.mark.parametrize(
    ("says", "seconds"), [("", 60), ("7", 7), ("0", 60), ("999999", 3600), ("tomorrow", 60)]
)
def test_who_has_too_much_is_left_alone_as_long_as_it_says_and_is_not_away(
    crown, inbox, says, seconds
):
    written(crown.partner)
    inbox.status, inbox.retry_after = 429, says
    assert deliver(crown.partner) == 0
    assert wait() == timedelta(seconds=seconds)
    assert row().away_since is None
    assert deliver(crown.partner) == 0
    time_passes(seconds=seconds)
    inbox.status = 200
    assert deliver(crown.partner) == 1


class OpenEnough(Inbox):
    """Takes no more asks, and everything else."""

    def answer_to(self, asked):
        answer = Inbox()
        if b'"referral.ask"' in asked.raw:
            answer.status, answer.retry_after = 429, "900"
        return answer


def test_an_ask_that_is_to_come_later_holds_up_nothing_about_another_referral(crown):
    mine, other, third = uuid4(), uuid4(), uuid4()
    partner = crown.partner
    with inbox_of(partner, OpenEnough()) as inbox:
        ask, ask2 = written(
            partner, partners.an_ask(referral=mine), partners.an_ask(referral=third)
        )
        (erase,) = written(partner, ReferralErase(other))
        (withdraw,) = written(partner, ReferralWithdraw(mine))
        deliver(partner)
        assert inbox.ids == [ask, erase], "one ask was tried, and not each of them"
        assert states() == [M.WAITING, M.WAITING, M.SENT, M.WAITING], "of one referral all in order"
        assert row().quiet_until is None
        assert deliver(partner) == 0
    with inbox_of(partner, Inbox()) as inbox:
        time_passes(minutes=15)
        assert deliver(partner) == 3
        assert inbox.ids == [ask, ask2, withdraw]


class Stumbles(Inbox):
    """Has a fault of its own whenever an answer comes, and takes everything else."""

    def answer_to(self, asked):
        answer = Inbox()
        if b'"referral.answer"' in asked.raw:
            answer.status = 500
        return answer


def test_a_message_over_which_their_site_stumbles_holds_up_all_else_for_a_day_at_most(crown):
    mine, other = uuid4(), uuid4()
    partner = crown.partner
    with inbox_of(partner, Stumbles()) as inbox:
        (answer,) = written(partner, ReferralAnswer(mine, accepted=True))
        written(partner, ReferralErased(mine, at=timezone.now()))
        (erase,) = written(partner, ReferralErase(other))
        deliver(partner)
        time_passes(hours=23)
        deliver(partner)
        assert inbox.ids == [answer] * 2, "it may be the whole site"
        time_passes(hours=2)
        deliver(partner)
        time_passes(hours=1)
        assert deliver(partner) == 1
        assert inbox.ids == [*[answer] * 3, erase]
        assert states() == [M.WAITING, M.WAITING, M.SENT], "of one referral all in order"
        assert row().away_since is None
        time_passes(hours=1)
        deliver(partner)
        assert inbox.ids[-1] == answer, "it is tried on"


def test_a_site_that_never_answers_is_left_and_counts_as_away(crown, monkeypatch, settings):
    monkeypatch.setattr(delivery, "SECONDS", 0.3)
    settings.PARTNERS_ON_LOOPBACK = True
    with socket.create_server(("127.0.0.1", 0)) as hangs:
        moved_to(crown.partner, f"http://127.0.0.1:{hangs.getsockname()[1]}")
        written(crown.partner)
        assert deliver(crown.partner) == 0
    assert states() == [M.WAITING]
    assert row().away_since


def test_an_answer_that_is_longer_than_any_of_ours_is_none(crown, inbox):
    written(crown.partner)
    inbox.answer = json.dumps({"answer": "x" * 1_000_000})
    assert deliver(crown.partner) == 0
    assert row().away_since


def test_a_partner_of_the_internet_that_leads_to_this_machine_is_away_and_not_called(crown):
    with gateway() as told:
        moved_to(crown.partner, f"http://127.0.0.1:{told.port}")
        written(crown.partner)
        assert deliver(crown.partner) == 0
    assert told.asked == []
    assert row().away_since


def test_one_partner_that_is_away_holds_up_no_other(crown, inbox):
    saltmarsh = partners.other_site("Saltmarsh")
    written(crown.partner)
    written(saltmarsh.partner)
    inbox.status = 0
    deliver(crown.partner)
    with inbox_of(saltmarsh.partner, Inbox()) as theirs:
        assert deliver(saltmarsh.partner) == 1
    assert len(theirs.asked) == 1
    assert not Partner.objects.get(pk=saltmarsh.partner.pk).away_since
