"""A mail system that takes mails for mailboxes that are not there, and reports it seconds later."""

import io
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from django.core.management import call_command
from django.db import DatabaseError, connection

from tests.chaos.servers import World
from tests.chaos.ways.lists import BOUNCES

DELAY = 3.0
"""Seconds between the mail and its report."""
REPORT = """From: MAILER-DAEMON@mail.example
To: help@mutualaid.example
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="B"

--B
Content-Type: text/plain

I'm sorry to have to inform you.

--B
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.example

Final-Recipient: rfc822; {to}
Action: failed
Status: 5.1.1

--B
Content-Type: message/rfc822

To: {to}
Message-ID: {message_id}
Subject: What was sent

--B--
"""


class Reports:
    """One for each copy that was taken. `sent` counts them by Message-ID.

    A report that the site cannot take now is kept for later.
    """

    def __init__(self, world: World) -> None:
        self._world = world
        self.sent = Counter[str]()
        self._over = threading.Event()

    def waiting(self) -> list[str]:
        """The Message-ID of each copy that is still to be reported."""
        mail = self._world.mail
        with mail.lock:
            taken = Counter(
                {
                    message_id: len(mail.copies[message_id])
                    for message_id, to in mail.recipients.items()
                    if to.endswith(f"@{BOUNCES}")
                }
            )
        return list((taken - self.sent).elements())

    @contextmanager
    def coming_back(self) -> Iterator[None]:
        thread = threading.Thread(target=self._keep_reporting, daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._over.set()
            thread.join()

    def _keep_reporting(self) -> None:
        while not self._over.is_set():
            for message_id in self.waiting():
                self._report(message_id)
            time.sleep(0.1)

    def _report(self, message_id: str) -> None:
        mail, history = self._world.mail, self._world.history
        if history.now() < mail.copies[message_id][self.sent[message_id]] + DELAY:
            return
        report = REPORT.format(to=mail.recipients[message_id], message_id=message_id)
        sys.stdin = io.TextIOWrapper(io.BytesIO(report.encode()))
        try:
            call_command("note_bounce", verbosity=0)
        except DatabaseError as error:
            history.note("not noted", error=type(error).__name__)
        else:
            self.sent[message_id] += 1
            history.note("came back", message=message_id)
        finally:
            connection.close()
