"""The proxy between two sites does to a message what its fault says."""

import http.client
from collections.abc import Iterator

import pytest

from tests.partners.two_sites.proxy import Fault, Proxy, Weather, standing
from tests.support.gateway import Gateway, gateway

pytestmark = pytest.mark.slow
BODY = b'{"kind": "ping"}'


@pytest.fixture
def site() -> Iterator[Gateway]:
    with gateway() as site:
        yield site


@pytest.fixture
def proxy(site: Gateway) -> Iterator[Proxy]:
    proxy = Proxy(Weather(1))
    proxy.upstream = site.port
    with standing(proxy):
        yield proxy


def post(proxy: Proxy) -> int:
    """The status of the answer; 0 without one."""
    connection = http.client.HTTPConnection("127.0.0.1", proxy.port, timeout=30)
    try:
        connection.request("POST", "/partners/inbox/", BODY, {"Connection": "close"})
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        connection.close()


@pytest.mark.parametrize(
    ("fault", "arrives", "answer"),
    [
        (Fault.NONE, [BODY], 201),
        (Fault.DROPPED, [], 0),
        (Fault.BUSY, [], 503),
        (Fault.QUEUED, [], 202),
        (Fault.ANSWER_LOST, [BODY], 0),
        (Fault.DOUBLED, [BODY, BODY], 201),
        (Fault.DELAYED, [BODY], 201),
        (Fault.AGAIN_LATER, [BODY], 201),
    ],
)
def test_a_message_meets_what_its_fault_says(
    proxy: Proxy, site: Gateway, fault: Fault, arrives: list[bytes], answer: int
) -> None:
    proxy.weather.chances = {fault: 1.0}
    assert post(proxy) == answer
    assert [one.raw for one in site.asked] == arrives
    assert [one.fault for one in proxy.passed] == [fault]


def test_one_bit_of_the_body_is_another(proxy: Proxy, site: Gateway) -> None:
    proxy.weather.chances = {Fault.FLIPPED: 1.0}
    post(proxy)
    (arrived,) = site.asked
    different = [a ^ b for a, b in zip(arrived.raw, BODY, strict=True) if a != b]
    assert different == [1]


def test_what_is_kept_arrives_again_when_it_is_asked_for(proxy: Proxy, site: Gateway) -> None:
    proxy.weather.chances = {Fault.AGAIN_LATER: 1.0}
    post(proxy)
    assert proxy.repeat_old() == [201]
    assert [one.raw for one in site.asked] == [BODY, BODY]
    assert proxy.repeat_old() == []


def test_a_site_that_is_away_hangs_up(proxy: Proxy, site: Gateway) -> None:
    proxy.is_away = True
    assert post(proxy) == 0
    assert site.asked == []
