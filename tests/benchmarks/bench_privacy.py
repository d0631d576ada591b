"""A new key for 10,000 people, and their erasing: `python -m tests.benchmarks.bench_privacy`.

Runs in a database of its own, made and thrown away. Each speed stands beside that of the plainest
way to do the same, one row and one transaction after the other, measured on a part in the same run.
"""

import os
from dataclasses import replace
from tempfile import TemporaryDirectory

import django

from tests.benchmarks.throwaway import throwaway_database

PEOPLE, PART = 10_000, 500
OLD, NEW = (f"{name}:{letter * 42}A=" for name, letter in (("old", "B"), ("new", "C")))


def main() -> None:
    with TemporaryDirectory(prefix="mutualaid-bench-") as name:
        os.environ |= {"DATA_DIR": name, "DJANGO_SETTINGS_MODULE": "mutualaid.settings"}
        django.setup()
        with throwaway_database():
            _ask()
            _rotate()
            _erase()


def _ask() -> None:
    from django.conf import settings

    from requests_app.actions import (
        ContactDetails,
        ImportedAsk,
        NeedDetails,
        Origin,
        import_asks,
    )
    from tests.support import factories

    settings.CONTACT_KEYS = [OLD]
    need = NeedDetails(
        category=factories.category(),
        locality=factories.locality(),
        notes="Milk, bread and tea. " * 10,
    )
    ana, spoken = (
        ContactDetails(name="Ana", address="7 Hill Road"),
        [factories.language()],
    )
    people = [
        replace(ana, phone=f"020 7946 {n:04}", email=f"{n}@people.example") for n in range(PEOPLE)
    ]
    import_asks(
        [ImportedAsk(Origin("x", str(n)), [need], who, spoken) for n, who in enumerate(people)]
    )


def _rotate() -> None:
    from django.conf import settings

    from mutualaid.encryption.rotation import rotate
    from requests_app.models import AskContact
    from tests.benchmarks.naive import seconds

    pks = list(AskContact.objects.values_list("pk", flat=True)[:PART])
    naive = PART / seconds(lambda: [AskContact.objects.get(pk=pk).save() for pk in pks])
    settings.CONTACT_KEYS = [NEW, OLD]
    took = seconds(lambda: list(rotate()))
    _report("a new key", took, naive)


def _erase() -> None:
    from datetime import timedelta

    from django.utils import timezone

    from mutualaid.policy.current import current_policy
    from mutualaid.retention.sweep import erase_what_is_due
    from requests_app.actions import erase_ask
    from requests_app.models import Ask, Need
    from tests.benchmarks.naive import seconds

    old = timezone.now() - timedelta(days=current_policy().erase_days + 1)
    Need.objects.update(state="closed", close_reason="expired", closed_at=old)
    some = list(Ask.objects.order_by("pk")[:PART])
    naive = PART / seconds(lambda: [erase_ask(ask) for ask in some])
    took = seconds(lambda: list(erase_what_is_due()))
    _report("erasing", took * PEOPLE / (PEOPLE - PART), naive)


def _report(what: str, seconds_taken: float, naive: float) -> None:
    print(
        f"== {what}: {seconds_taken:.1f} s for {PEOPLE:,} people, {PEOPLE / seconds_taken:,.0f} a second"
    )
    print(f"   one at a time: {naive:,.0f} a second; ratio {PEOPLE / seconds_taken / naive:.1f}")


if __name__ == "__main__":
    main()
