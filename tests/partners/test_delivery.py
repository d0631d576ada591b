"""What waits for a partner goes in order, once, and waits with patience where the partner is away."""

import json
import socket
from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from mutualaid import celery
from mutualaid.boundary import outbound
from mutualaid.partners import delivery, registry
from mutualaid.partners.delivery import give_up, may_go
from mutualaid.partners.models import OutgoingMessage, Partner
from mutualaid.partners.outbox import heard_from
from mutualaid.partners.protocol import signatures
from mutualaid.partners.protocol.messages import (
    Ping,
    ReferralAnswer,
    ReferralErase,
    ReferralErased,
    ReferralWithdraw,
)
from mutualaid.partners.states import MessageState as M
from mutualaid.partners.states import PartnerState
from tests.support import factories, partners
from tests.support.gateway import gateway
from tests.support.partner_inbox import (
    Inbox,
    deliver,
    inbox_of,
    moved_to,
    time_passes,
    written,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def inbox(crown):
    with inbox_of(crown.partner, Inbox()) as inbox:
        yield inbox


@pytest.fixture
def told(monkeypatch) -> list[tuple[str, str, int | None]]:
    """What becomes of pings, as whoever sent them hears it."""
    heard: list[tuple[str, str, int | None]] = []
    monkeypatch.setitem(
        registry._settlers,
        Ping.kind,
        lambda row: heard.append((str(row.message_id), row.state, row.status)),
    )
    return heard


def states() -> list[str]:
    return list(OutgoingMessage.objects.order_by("pk").values_list("state", flat=True))


def row() -> Partner:
    return Partner.objects.get()


def wait() -> timedelta:
    """From now on until it is tried again, to the second."""
    left = row().quiet_until - timezone.now()
    return timedelta(seconds=round(left.total_seconds()))


def test_what_waits_goes_in_the_order_in_which_it_was_written(crown, inbox, told):
    ids = [*written(crown.partner), *written(crown.partner), *written(crown.partner)]
    assert deliver(crown.partner) == 3
    assert inbox.ids == ids
    assert states() == [M.SENT] * 3
    assert told == [(one, M.SENT, 200) for one in ids]


def test_what_arrived_is_not_kept_and_the_partner_was_heard_of(crown, inbox):
    written(crown.partner)
    deliver(crown.partner)
    message = OutgoingMessage.objects.get()
    assert (message.body, message.lease_until, message.status) == ("", None, 200)
    assert message.settled_at
    assert row().heard_at


def test_a_message_is_signed_with_the_key_by_which_the_partner_knows_us(crown, inbox):
    (message_id,) = written(crown.partner)
    deliver(crown.partner)
    (asked,) = inbox.asked
    url = f"{crown.partner.site}/partners/inbox/"
    ours = crown.partner.our_key.public_key
    signature = signatures.verified(url, asked.raw, asked.headers, lambda key_id: key_id)
    assert (asked.path, signature.key_id) == ("/partners/inbox/", ours)
    assert str(signature.message_id) == message_id


def test_a_message_that_is_tried_again_has_the_same_bytes_and_a_new_signature(crown, inbox):
    written(crown.partner)
    inbox.status = 503
    deliver(crown.partner)
    time_passes(minutes=1)
    inbox.status = 200
    assert deliver(crown.partner) == 1
    first, second = inbox.asked
    assert first.raw == second.raw
    url = f"{crown.partner.site}/partners/inbox/"
    for asked in (first, second):
        signatures.verified(url, asked.raw, asked.headers, lambda key_id: key_id)


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


@pytest.mark.parametrize("status", [404, 409, 413, 415, 422])
def test_what_is_refused_stays_to_be_seen_and_the_next_goes(crown, inbox, told, status):
    ids = [*written(crown.partner), *written(crown.partner)]
    inbox.status, inbox.answer = status, json.dumps({"answer": "not between us"})
    assert deliver(crown.partner) == 2
    assert states() == [M.REFUSED] * 2
    assert told == [(one, M.REFUSED, status) for one in ids]
    assert row().heard_at
    assert row().away_since is None


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


def test_after_fourteen_days_it_is_given_up_and_whoever_sent_it_is_told(crown, inbox, told):
    first, second = [*written(crown.partner), *written(crown.partner)]
    inbox.status = 503
    deliver(crown.partner)
    time_passes(days=13, hours=23)
    assert list(give_up()) == []
    time_passes(hours=2)
    written(crown.partner)
    assert len(list(give_up())) == 2
    assert states() == [M.GIVEN_UP, M.GIVEN_UP, M.WAITING]
    assert told == [(first, M.GIVEN_UP, 503), (second, M.GIVEN_UP, None)]
    assert set(OutgoingMessage.objects.filter(state=M.GIVEN_UP).values_list("settled_at")) != {None}
    assert not any(one.body for one in OutgoingMessage.objects.filter(state=M.GIVEN_UP))


def test_what_a_worker_has_just_now_is_not_given_up(crown, inbox):
    written(crown.partner)
    message = OutgoingMessage.objects.get()
    time_passes(days=15)
    assert OutgoingMessage.objects.take(message.pk, tries=0)
    assert list(give_up()) == []


REFERRAL = uuid4()
STILL = [
    ReferralWithdraw(REFERRAL),
    ReferralErase(uuid4()),
    ReferralErased(uuid4(), at=timezone.now()),
]
"""What is about people, and goes as long as anyone listens."""
NO_MORE = [Ping(), ReferralAnswer(uuid4(), accepted=True)]


def kinds() -> list[str]:
    sent = OutgoingMessage.objects.filter(state=M.SENT).order_by("pk")
    return list(sent.values_list("kind", flat=True))


@pytest.mark.parametrize("state", [PartnerState.PAUSED, PartnerState.ENDED])
def test_to_a_partner_that_paused_or_ended_goes_only_what_forgets_people(state):
    crown = partners.other_site(state=state)
    with inbox_of(crown.partner, Inbox()):
        written(crown.partner, *NO_MORE, *STILL)
        assert deliver(crown.partner) == 3
    assert kinds() == [one.kind for one in STILL]


def test_what_waits_for_one_that_paused_goes_when_it_is_live_again(crown, inbox):
    Partner.objects.update(state=PartnerState.PAUSED)
    written(crown.partner)
    assert deliver(crown.partner) == 0
    assert list(give_up()) == []
    Partner.objects.update(state=PartnerState.LIVE)
    assert deliver(crown.partner) == 1


def test_what_will_never_go_to_one_that_ended_is_given_up_at_once(told):
    crown = partners.other_site(state=PartnerState.ENDED)
    written(crown.partner, *NO_MORE, *STILL)
    assert len(list(give_up())) == 2
    assert [state for _id, state, _status in told] == [M.GIVEN_UP]
    assert states() == [M.GIVEN_UP] * 2 + [M.WAITING] * 3


def test_where_the_group_does_without_partners_people_are_still_forgotten_there(crown, inbox):
    written(crown.partner, *NO_MORE, *STILL)
    factories.set_policy(has_partners=False)
    assert deliver(crown.partner) == 3
    assert kinds() == [one.kind for one in STILL]
    factories.set_policy(has_partners=True)
    assert deliver(crown.partner) == 2


def test_a_worker_that_was_killed_after_it_posted_leaves_the_same_bytes_for_the_next(
    crown, inbox, monkeypatch
):
    (message_id,) = written(crown.partner)
    with monkeypatch.context() as patch:
        patch.setattr(delivery, "_settle", killed)
        with pytest.raises(SystemExit):
            deliver(crown.partner)
    assert states() == [M.WAITING]
    assert deliver(crown.partner) == 0, "its lease still lasts"
    time_passes(minutes=3)
    assert deliver(crown.partner) == 1
    assert inbox.ids == [message_id] * 2
    assert inbox.asked[0].raw == inbox.asked[1].raw


def killed(*_: object) -> bool:
    raise SystemExit


def test_a_worker_that_slept_past_its_lease_writes_nothing_any_more(crown, inbox, monkeypatch):
    """Another one has settled the message since, or has it."""
    written(crown.partner)
    first = OutgoingMessage.objects.get()
    sleeping = OutgoingMessage.objects.take(first.pk, tries=0)
    time_passes(minutes=3)
    assert deliver(crown.partner) == 1
    assert sleeping
    assert not delivery._settle(sleeping, None)
    assert not delivery._settle(sleeping, outbound.Answer(404, b'{"answer": "not between us"}'))
    assert states() == [M.SENT]
    assert row().away_since is None


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
