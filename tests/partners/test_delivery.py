"""What waits for a partner goes in order, once; it is refused or given up, and told to who sent it."""

import json
from uuid import uuid4

import pytest
from django.utils import timezone

from mutualaid.boundary import outbound
from mutualaid.partners import delivery
from mutualaid.partners.delivery import give_up
from mutualaid.partners.models import OutgoingMessage, Partner
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
from tests.support.partner_inbox import (
    Inbox,
    deliver,
    inbox_of,
    row,
    states,
    time_passes,
    written,
)

pytestmark = pytest.mark.django_db


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


@pytest.mark.parametrize("status", [404, 409, 413, 415, 422])
def test_what_is_refused_stays_to_be_seen_and_the_next_goes(crown, inbox, told, status):
    ids = [*written(crown.partner), *written(crown.partner)]
    inbox.status, inbox.answer = status, json.dumps({"answer": "not between us"})
    assert deliver(crown.partner) == 2
    assert states() == [M.REFUSED] * 2
    assert told == [(one, M.REFUSED, status) for one in ids]
    assert row().heard_at
    assert row().away_since is None


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
