"""Does the time of an answer tell whether an e-mail is known? `make bench-timing`.

Signing up, signing in and asking for a lost link, 200 requests for each, known and unknown in turn.
"""

import os
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

import django

from tests.benchmarks.throwaway import throwaway_database

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
