"""What one test commits is gone for the next, also what was still being written as it ended."""

from threading import Event, Thread
from time import sleep

import pytest
from django.core.management import call_command
from django.db import connection, transaction

from mutualaid.health.heartbeats import beat
from mutualaid.health.models import Heartbeat


@pytest.mark.django_db(transaction=True)
def test_the_emptying_waits_for_who_still_writes():
    is_written = Event()

    def write() -> None:
        with transaction.atomic():
            beat("late")
            is_written.set()
            sleep(0.3)  # the emptying begins meanwhile
        connection.close()

    writer = Thread(target=write)
    writer.start()
    assert is_written.wait(10)
    call_command("flush", interactive=False, reset_sequences=False, verbosity=0)
    writer.join()
    assert not Heartbeat.objects.exists()
