"""Rate limits by IP address, which hold with Redis down."""

from datetime import timedelta
from functools import partial

import pytest
from django.test import RequestFactory
from django.utils import timezone

from mutualaid.people.models import RateLimitWindow
from mutualaid.people.ratelimit import is_rate_limited
from tests.support.at_once import at_once

pytestmark = pytest.mark.django_db


def tries(count: int, address: str = "192.0.2.1", action: str = "code") -> list[bool]:
    request = RequestFactory().get("/", REMOTE_ADDR=address)
    return [is_rate_limited(request, action, most=3, seconds=3600) for _ in range(count)]


def test_after_the_last_allowed_try_it_is_too_many():
    assert tries(5) == [False, False, False, True, True]


def test_each_address_and_each_action_has_tries_of_its_own():
    assert tries(4)[-1]
    assert not tries(1, address="192.0.2.2")[0]
    assert not tries(1, action="other")[0]


def test_a_forged_header_gives_no_new_tries():
    for n in range(4):
        request = RequestFactory().get("/", headers={"x-forwarded-for": f"203.0.113.{n}"})
        last = is_rate_limited(request, "code", most=3, seconds=3600)
    assert last


def test_the_address_itself_is_not_kept_and_nothing_longer_than_its_time():
    tries(1, address="198.51.100.77")
    assert "198.51.100.77" not in str(RateLimitWindow.objects.values())
    RateLimitWindow.objects.update(over_at=timezone.now() - timedelta(seconds=1))
    assert tries(1, address="192.0.2.9") == [False]
    assert RateLimitWindow.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_many_at_once_are_counted_too():
    limited = [is_limited for pair in at_once([partial(tries, 2)] * 6) for is_limited in pair]
    assert limited.count(False) == 3
