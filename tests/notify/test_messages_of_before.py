"""Messages that were a row for each channel become one message with an attempt for each way."""

from typing import Any

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from mutualaid.notify.models import Attempt, Notification

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow, pytest.mark.one_database]
BEFORE = [("notify", "0006_no_pauses")]


def test_what_was_sent_stays_sent_and_each_way_keeps_its_message_id():
    executor = MigrationExecutor(connection)
    executor.migrate(BEFORE)
    rows = executor.loader.project_state(BEFORE).apps.get_model("notify", "Notification").objects

    def row(key: str, channel: str, state: str, **fields: Any) -> None:
        sent_at = timezone.now() if state == "sent" else None
        common = {"kind": "need_claimed", "about_id": 1, "sent_at": sent_at}
        rows.create(key=key, channel=channel, state=state, **common, **fields)

    row("both", "email", "sent", reached="mail", attempts=1)
    row("both", "sms", "waiting", reached="phone", attempts=2)
    row("rung", "email", "failed", reached="mail", attempts=1, error="Bounced")
    row("rung", "call", "to_call", reached="phone", attempts=3)
    row("over", "email", "cancelled")
    row("over", "sms", "cancelled")
    row("new", "email", "waiting")
    row("unsure", "sms", "uncertain", reached="phone", attempts=1)
    tried = set(rows.filter(attempts__gt=0).values_list("message_id", flat=True))

    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes("notify"))
    ways = ("channel", "state", "tries", "reached")
    assert {
        row.key: (row.state, list(row.attempts.values_list(*ways)))
        for row in Notification.objects.all()
    } == {
        "both": ("sent", [("email", "sent", 1, "mail"), ("sms", "stopped", 2, "phone")]),
        "rung": ("to_call", [("email", "failed", 1, "mail"), ("call", "trying", 3, "phone")]),
        "over": ("cancelled", []),
        "new": ("waiting", []),
        "unsure": ("uncertain", [("sms", "uncertain", 1, "phone")]),
    }
    assert set(Attempt.objects.values_list("message_id", flat=True)) == tried
