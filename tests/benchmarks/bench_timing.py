"""Does the time of an answer tell whether an e-mail, or the key of a group, is known? `make bench-timing`.

Signing up, signing in and asking for a lost link, 200 requests for each, known and unknown in turn; then a
message of a neighbouring group that is refused, for each reason in turn.
"""

import os
from collections.abc import Callable
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import django

from tests.benchmarks.throwaway import throwaway_database

if TYPE_CHECKING:
    from mutualaid.partners.messages import Message
    from tests.support.partners import OtherSite

REQUESTS = 200
MOST_APART = 0.2
"""Of the slower median, which nobody can tell through a network (bar S8)."""
FORMS = (
    ("/account/signup/", "email"),
    ("/account/login/", "login"),
    ("/account/password/reset/", "email"),
    ("/need/lost/", "address"),
)


def main() -> None:
    with TemporaryDirectory(prefix="mutualaid-bench-") as folder:
        os.environ |= {"DATA_DIR": folder, "DJANGO_SETTINGS_MODULE": "mutualaid.settings"}
        django.setup()
        from django.conf import settings

        settings.ALLOWED_HOSTS = ["testserver"]
        with throwaway_database():
            _compare()
            _compare_refusals()


def _compare() -> None:
    from django.db import connection

    from mutualaid.celery import without_broker
    from requests_app.actions import ContactDetails
    from tests.support import factories

    unlimited = {f"codes_per_hour_{who}": 10_000 for who in ("network", "contact", "site")}
    factories.set_policy(**unlimited)
    print(f"known and unknown e-mails, {connection.vendor}, {REQUESTS} requests each, median in ms")
    with without_broker():
        for path, field in FORMS:
            emails = [
                f"known{n}@{path.strip('/').replace('/', '.')}.example" for n in range(REQUESTS)
            ]
            for email in emails:
                factories.person(email=email)
                factories.need(contact=ContactDetails(name="Ana", email=email))
            times: dict[str, list[float]] = {"known": [], "unknown": []}
            _answer(path, field, "warm@people.example")
            for email in emails:
                times["known"].append(_answer(path, field, email))
                times["unknown"].append(_answer(path, field, f"un{email}"))
            known, unknown = (median(values) * 1000 for values in times.values())
            apart = abs(known - unknown) / max(known, unknown)
            verdict = "alike" if apart <= MOST_APART else "TELLS"
            print(
                f"  {path:26} known {known:6.1f}  unknown {unknown:6.1f}  {apart:4.0%} apart  {verdict}"
            )


def _compare_refusals() -> None:
    from datetime import timedelta

    from django.db import connection

    from mutualaid import clock
    from mutualaid.partners.messages import Ping
    from mutualaid.partners.states import PartnerState
    from tests.support import partners

    crown, forged, stranger = (partners.other_site() for _ in range(3))
    signature = crown.sign(b"", uuid4())["Signature"]
    stranger.key = partners.key_pair()
    paused, ended, read = (
        partners.other_site(state=state)
        for state in (PartnerState.PAUSED, PartnerState.ENDED, PartnerState.READ)
    )
    reasons: dict[str, Callable[[], tuple[OtherSite, dict[str, Any]]]] = {
        "unknown key": lambda: (stranger, {}),
        "bad signature": lambda: (forged, {"headers": {"Signature": signature}}),
        "too old": lambda: (crown, {"at": clock.now() - timedelta(hours=1)}),
        "paused": lambda: (paused, {}),
        "ended": lambda: (ended, {}),
        "only read": lambda: (read, {}),
    }
    times: dict[str, list[float]] = {reason: [] for reason in reasons}
    for _ in range(REQUESTS + 1):
        for reason, request in reasons.items():
            site, options = request()
            times[reason].append(_refusal(site, Ping(), **options))
    medians = {reason: 1000 * median(each[1:]) for reason, each in times.items()}
    print(f"refused messages of a group, {connection.vendor}, {REQUESTS} each, median in ms")
    slowest = max(medians.values())
    for reason, ms in medians.items():
        apart = (slowest - ms) / slowest
        verdict = "alike" if apart <= MOST_APART else "TELLS"
        print(f"  {reason:26} {ms:6.2f}  {apart:4.0%} below the slowest  {verdict}")


def _refusal(site: "OtherSite", message: "Message", **options: Any) -> float:
    """Seconds until the answer to a message that is signed already."""
    from django.test import Client

    from mutualaid.partners import wire
    from tests.support.partners import post

    message_id = uuid4()
    body = wire.write(message, message_id=message_id)
    headers = site.sign(body, message_id, at=options.get("at")) | options.get("headers", {})
    began = perf_counter()
    answer = post(Client(), body, headers)
    seconds = perf_counter() - began
    assert answer.status_code == 401, answer.status_code
    return seconds


def _answer(path: str, field: str, email: str) -> float:
    """Seconds until the answer to a browser without cookies."""
    from django.test import Client

    browser = Client()
    began = perf_counter()
    answer = browser.post(path, {field: email, "name": "Someone"})
    seconds = perf_counter() - began
    assert answer.status_code == 302, answer.status_code
    return seconds


if __name__ == "__main__":
    main()
