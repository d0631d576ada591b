"""The desk sees how the group stands with each partner, however many there are."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from mutualaid.partners.models import OutgoingMessage, Partner
from mutualaid.partners.standing import standing_of, standings
from tests.support import partners
from tests.support.partner_inbox import Inbox, deliver, inbox_of, time_passes, written

pytestmark = pytest.mark.django_db


def test_a_partner_for_which_nothing_waits(crown):
    assert standing_of(crown.partner) == (crown.partner, 0, None, False, 0, 0)


def test_what_waits_for_one_that_is_away(crown):
    with inbox_of(crown.partner, Inbox()) as inbox:
        inbox.status = 503
        written(crown.partner)
        deliver(crown.partner)
        time_passes(hours=5)
        written(crown.partner)
    standing = standing_of(crown.partner)
    assert standing.waiting == 2
    assert timezone.now() - standing.oldest_at >= timedelta(hours=5)
    assert not standing.refuses_us


@pytest.mark.parametrize(
    ("status", "refuses_us"), [(401, True), (403, True), (500, False), (0, False)]
)
def test_who_lets_nothing_of_ours_in_is_told_from_who_does_not_answer(crown, status, refuses_us):
    with inbox_of(crown.partner, Inbox()) as inbox:
        inbox.status = status
        written(crown.partner)
        deliver(crown.partner)
        assert standing_of(Partner.objects.get()).refuses_us is refuses_us
        inbox.status = 200
        time_passes(hours=1)
        deliver(crown.partner)
        assert not standing_of(Partner.objects.get()).refuses_us


def test_what_was_refused_is_seen_for_two_weeks(crown):
    with inbox_of(crown.partner, Inbox()) as inbox:
        inbox.status, inbox.answer = 422, json.dumps({"answer": "unreadable: area"})
        written(crown.partner)
        deliver(crown.partner)
    assert standing_of(crown.partner).refused == 1
    time_passes(days=15)
    assert standing_of(crown.partner).refused == 0


def test_all_partners_are_read_in_one_query(django_assert_num_queries):
    for name in ("Crown Heights", "Saltmarsh", "Old Town"):
        written(partners.other_site(name).partner)
    rows = list(Partner.objects.order_by("pk"))
    with django_assert_num_queries(1):
        found = standings(rows)
    assert [(one.partner, one.waiting) for one in found] == [(row, 1) for row in rows]
    assert OutgoingMessage.objects.count() == 3
