"""Nothing fails: as many mails as rows, however many sweeps walk the same rows at the same time."""

import time

from django.db import connection
from django.db.models import Sum

from mutualaid.celery import without_broker
from mutualaid.notify.models import Notification
from requests_app.actions import ContactDetails
from tests.chaos.servers import World
from tests.support import factories

PATIENCE = 900.0
"""Seconds."""


def run(world: World, number: int) -> list[str]:
    """Write `number` rows at once, for the sweeps to find; return the promises not kept."""
    with without_broker():
        need = factories.need(contact=ContactDetails(name="Ana", email="ana@people.example"))
    Notification.objects.all().delete()
    began = time.monotonic()
    Notification.objects.bulk_create(
        Notification(key=f"calm:{n}", kind="need_received", about_id=need.pk) for n in range(number)
    )
    while _waiting() and time.monotonic() < began + PATIENCE:
        time.sleep(0.2)
    took = time.monotonic() - began
    rows = Notification.objects.all()
    tries = rows.aggregate(sum=Sum("tries"))["sum"]
    copies = sum(map(len, world.mail.copies.values()))
    print(f"{number:,} rows: {copies:,} mails after {tries:,} tries in {took:.1f} s", end="")
    print(f", {number / took:.0f}/s on {connection.vendor}")
    kept = {
        "as many mails as rows": copies == len(world.mail.copies) == number,
        "each row is tried once": tries == number,
    }
    return [promise for promise, is_kept in kept.items() if not is_kept]


def _waiting() -> bool:
    try:
        return bool(Notification.objects.filter(state=Notification.State.WAITING).exists())
    finally:
        connection.close()
