"""Limits by network, by contact point and for the site, which hold exactly, with Redis down too."""

from datetime import timedelta
from functools import partial

import pytest
from allauth.account import app_settings
from allauth.core.internal.ratelimit import parse_rates
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from mutualaid import clock
from mutualaid.people.models import RateLimitWindow
from mutualaid.people.ratelimit import (
    FORGET_AT_ONCE,
    HOUR,
    Limit,
    _warn_of_one_address_for_all,
    codes_exceeded_until,
    network_of,
    too_often,
)
from mutualaid.retention.tasks import sweep
from tests.support import factories
from tests.support.at_once import at_once
from tests.support.signing_in import sign_in

pytestmark = pytest.mark.django_db
THREE = Limit("code", 3, HOUR)


def tries(count: int, who: str = "192.0.2.1", limit: Limit = THREE) -> list[bool]:
    """Whether each of so many tries was one too many."""
    return [limit.exceeded_until(who) is not None for _ in range(count)]


def comes_from(address: str = "127.0.0.1", forwarded: str | None = None) -> str:
    headers = {"x-forwarded-for": forwarded} if forwarded else {}
    return network_of(RequestFactory(REMOTE_ADDR=address).get("/", headers=headers))


def test_after_the_last_allowed_try_it_is_too_many():
    assert tries(5) == [False, False, False, True, True]


def test_each_who_and_each_action_has_tries_of_its_own():
    assert tries(4)[-1]
    assert not tries(1, "192.0.2.2")[0]
    assert not tries(1, limit=Limit("other", 3, HOUR))[0]


def test_the_window_begins_with_the_first_try_and_then_all_begins_anew():
    tries(4)
    again_at = THREE.exceeded_until("192.0.2.1")
    assert again_at is not None
    assert timedelta(minutes=59) < again_at - timezone.now() <= HOUR
    RateLimitWindow.objects.update(over_at=timezone.now() - timedelta(seconds=1))
    assert tries(4) == [False, False, False, True]


def test_a_clock_that_was_wrong_locks_no_one_out():
    tries(4)
    RateLimitWindow.objects.update(over_at=timezone.now() + timedelta(days=400))
    assert tries(4) == [False, False, False, True]


def test_what_is_given_back_can_be_tried_again():
    tries(3)
    THREE.give_back("192.0.2.1")
    assert tries(2) == [False, True]
    assert THREE.used("192.0.2.1") == 3
    assert THREE.used("192.0.2.9") == 0


def test_a_limit_that_is_lowered_holds_at_once_and_a_raised_one_too():
    tries(3)
    assert tries(1, limit=Limit("code", 2, HOUR)) == [True]
    assert tries(2, limit=Limit("code", 4, HOUR)) == [False, True]


def test_an_honest_visitor_costs_one_conditional_update_and_a_refused_one_writes_nothing():
    tries(1)
    with CaptureQueriesContext(connection) as honest:
        tries(1)
    assert [query["sql"].split()[0] for query in honest] == ["UPDATE"]
    tries(2)
    before = RateLimitWindow.objects.values().get()
    with CaptureQueriesContext(connection) as refused:
        tries(1)
    assert [query["sql"].split()[0] for query in refused] == ["UPDATE", "SELECT"]
    assert RateLimitWindow.objects.values().get() == before


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("::FFFF:C000:0201", "192.0.2.1"),
        ("2001:db8:1:2::7", "2001:db8:1:2::/64"),
        ("2001:DB8:1:2:ffff:ffff:ffff:ffff", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::7", "2001:db8:1:3::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", ""),
        ("unix:", ""),
    ],
)
def test_a_network_is_an_ipv4_address_or_the_first_half_of_an_ipv6_address(address, network):
    assert comes_from(address) == network


def test_a_forged_header_is_another_network_to_no_one(settings):
    forged = [comes_from(forwarded=f"203.0.113.{n}") for n in range(3)]
    assert set(forged) == {"127.0.0.1"}


def test_behind_a_proxy_only_what_the_proxy_wrote_counts(settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    seen = [
        comes_from("10.0.0.1", header)
        for header in (
            "198.51.100.7",
            "203.0.113.1, 198.51.100.7",
            "1.1.1.1,nonsense, 198.51.100.7",
        )
    ]
    assert set(seen) == {"198.51.100.7"}
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 2
    by_two = "198.51.100.7, 10.0.0.2"
    assert comes_from("10.0.0.1", f"6.6.6.6, {by_two}") == ("198.51.100.7")
    assert comes_from("10.0.0.1", "198.51.100.7") == ""


@pytest.mark.parametrize(
    ("proxies", "address", "forwarded"),
    [(2, "127.0.0.1", "198.51.100.7"), (1, "127.0.0.1", "unknown"), (1, "", None), (0, "", None),
     (1, "", "198.51.100.7"), (1, "", ""), (1, "127.0.0.1", ",")],
)  # fmt: skip
@pytest.mark.parametrize("path", ["/account/login/", "/account/login/code/", "/account/signup/"])
def test_whatever_a_proxy_writes_people_sign_in(
    settings, client, path, proxies, address, forwarded
):
    """A count that is wrong, "unknown" for an address, and a unix socket, which has none."""
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    headers = {"x-forwarded-for": forwarded} if forwarded is not None else {}
    typed = {
        "login": "ana@mail.example",
        "email": "ana@mail.example",
        "password": "",
        "name": "Ana",
    }
    answer = client.post(path, typed, headers=headers, REMOTE_ADDR=address)
    assert answer.status_code in (200, 302)


def test_one_address_for_all_visitors_is_told_once(settings, caplog):
    _warn_of_one_address_for_all.cache_clear()
    settings.ALLAUTH_TRUSTED_PROXY_COUNT, settings.IS_LOOPBACK = 1, False
    comes_from("127.0.0.1", "93.184.216.34")
    comes_from("127.0.0.1", "2606:2800:220:1::1")
    assert caplog.messages == []
    for address in ("127.0.0.1", "172.18.0.2", ""):
        comes_from(address)
    (said,) = caplog.messages
    assert "TRUSTED_PROXY_COUNT" in said


def test_a_site_on_ones_own_machine_says_nothing_of_it(caplog):
    _warn_of_one_address_for_all.cache_clear()
    comes_from("127.0.0.1")
    assert caplog.messages == []


def test_who_it_was_is_not_kept_and_nothing_longer_than_its_window():
    tries(1, "198.51.100.77")
    assert "198.51.100" not in str(RateLimitWindow.objects.values())
    RateLimitWindow.objects.update(over_at=timezone.now() - timedelta(seconds=1))
    assert tries(1, "192.0.2.9") == [False]
    assert RateLimitWindow.objects.count() == 1


def test_old_windows_go_a_few_at_a_time_and_the_rest_with_the_sweep():
    over = timezone.now() - timedelta(seconds=1)
    RateLimitWindow.objects.bulk_create(
        RateLimitWindow(key=f"code:{n}", over_at=over) for n in range(FORGET_AT_ONCE + 50)
    )
    tries(1)
    assert RateLimitWindow.objects.count() == 51
    sweep()
    assert RateLimitWindow.objects.count() == 1


def test_the_page_says_when_to_come_again(monkeypatch):
    request, now = RequestFactory().get("/"), timezone.now()
    monkeypatch.setattr(clock, "now", lambda: now)
    answer = too_often(request, now + timedelta(minutes=12))
    assert answer.status_code == 429
    assert "try again in 12 minutes" in answer.content.decode()
    late = too_often(request, now - timedelta(minutes=1))
    assert "try again in 1 minute." in late.content.decode()


@pytest.mark.parametrize(
    ("left", "told"), [(720.0, "720"), (90.2, "120"), (0.4, "60"), (-5.0, "60")]
)
def test_a_program_is_told_the_whole_minutes_until_the_limit_ends(monkeypatch, left, told):
    until = timezone.now()
    monkeypatch.setattr(clock, "now", lambda: until - timedelta(seconds=left))
    assert too_often(RequestFactory().get("/"), until)["Retry-After"] == told


def test_a_limit_of_allauth_says_when_to_come_again_too(client, sam):
    sign_in(client, sam)
    answers = [client.post("/account/email/", {"action_send": ""}) for _ in range(11)]
    assert [answer.status_code for answer in answers[-2:]] == [302, 429]
    assert answers[-1]["Retry-After"] == "60"
    assert "try again in 1 minute." in answers[-1].content.decode()


def test_each_limit_of_allauth_that_has_a_page_counts_by_the_minute():
    told_in_the_form = {"login_failed", "second_factor"}
    limits = {
        name: max(rate.duration for rate in parse_rates(said))
        for name, said in app_settings.RATE_LIMITS.items()
        if said and name not in told_in_the_form
    }
    assert "manage_email" in limits
    assert set(limits.values()) == {60}


def codes(count: int, email: str = "ana@mail.example", address: str = "192.0.2.1") -> list[bool]:
    request = RequestFactory().get("/", REMOTE_ADDR=address)
    return [codes_exceeded_until(request, email) is not None for _ in range(count)]


def test_codes_are_limited_by_network_by_contact_point_in_any_spelling_and_for_the_site():
    factories.set_policy(codes_per_hour_network=6, codes_per_hour_contact=2, codes_per_hour_site=7)
    assert codes(3) == [False, False, True]
    assert codes(1, " ANA@Mail.example ", address="192.0.2.2") == [True]
    mails = [f"bo{n}@mail.example" for n in range(9)]
    assert [codes(1, mail)[0] for mail in mails[:4]] == [False, False, False, True]
    assert [codes(1, mail, address="192.0.2.3")[0] for mail in mails[4:8]] == [
        False, False, True, True,
    ]  # fmt: skip


def test_what_one_network_has_too_much_of_takes_nothing_from_the_others():
    factories.set_policy(codes_per_hour_network=2, codes_per_hour_site=4)
    codes(50)
    assert codes(1, "bo@mail.example", address="192.0.2.2") == [False]


@pytest.mark.django_db(transaction=True)
def test_many_at_once_are_counted_too():
    limited = [is_limited for pair in at_once([partial(tries, 2)] * 6) for is_limited in pair]
    assert limited.count(False) == 3


@pytest.mark.django_db(transaction=True)
def test_many_at_once_after_the_window_is_over_begin_one_new_window():
    tries(4)
    RateLimitWindow.objects.update(over_at=timezone.now() - timedelta(seconds=1))
    limited = [is_limited for pair in at_once([partial(tries, 2)] * 6) for is_limited in pair]
    assert limited.count(False) == 3
