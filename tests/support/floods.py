"""What one process of twelve does in `tests/people/test_limits_race.py`: tries, and how many were allowed."""

from collections.abc import Callable

from tests.support.processes import wait_for_all

EACH = 4
"""Tries of each process."""


def try_everything(number: int) -> dict[str, int]:
    """How many tries of each kind were allowed to this process."""
    kinds = (
        asks_from_one_network,
        asks_with_one_phone,
        asks_from_everywhere,
        codes_to_one_address,
        wrong_links,
        wrong_codes,
        texts_to_one_number,
    )
    allowed = {}
    for kind in kinds:
        wait_for_all()  # some of them share a limit
        allowed[kind.__name__] = kind(number)
    return allowed


def asks_from_one_network(number: int) -> int:
    return _asks(lambda n: "198.51.100.7", lambda n: str(100 * number + n))


def asks_with_one_phone(number: int) -> int:
    return _asks(lambda n: f"192.0.{number}.{n}", lambda n: "one phone")


def asks_from_everywhere(number: int) -> int:
    return _asks(lambda n: f"192.0.{number}.{n}", lambda n: str(100 * number + n))


def codes_to_one_address(number: int) -> int:
    from django.test import RequestFactory

    from mutualaid.people.ratelimit import codes_exceeded_until

    requests = [RequestFactory().get("/", REMOTE_ADDR=f"192.0.{number}.{n}") for n in range(EACH)]
    return [codes_exceeded_until(one, "ana@mail.example") for one in requests].count(None)


def wrong_links(number: int) -> int:
    return _answers("/m/wrong/", 404)


def wrong_codes(number: int) -> int:
    from django.test import Client

    posts = [Client().post("/need/find/", {"code": "ABCD-2345"}) for _ in range(EACH)]
    return [answer.status_code for answer in posts].count(200)


def texts_to_one_number(number: int) -> int:
    from mutualaid.notify.delivery import deliver_one
    from mutualaid.notify.models import Notification

    rows = Notification.objects.filter(state="waiting").order_by("pk").values_list("pk", flat=True)
    return [deliver_one(pk) for pk in list(rows)[number::12]].count(True)


def _answers(path: str, status: int) -> int:
    from django.test import Client

    return [Client().get(path).status_code for _ in range(EACH)].count(status)


def _asks(network: Callable[[int], str], point: Callable[[int], str]) -> int:
    from django.test import RequestFactory

    from requests_app.access.floods import reason_to_hold

    reasons = [
        reason_to_hold(
            RequestFactory().get("/", REMOTE_ADDR=network(n)), [point(n)], trap_is_filled=False
        )
        for n in range(EACH)
    ]
    return reasons.count("")
