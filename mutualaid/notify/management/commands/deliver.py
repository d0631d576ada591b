import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from mutualaid.notify.delivery import deliver_one
from mutualaid.notify.models import Notification

PAUSE_SECONDS = 20
"""With --stay, between two looks."""


class Command(BaseCommand):
    help = "Send every message that is due. It needs no broker and no worker: a cron job is enough."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--stay", action="store_true", help="go on until Ctrl-C")

    def handle(self, *, stay: bool, **options: Any) -> None:
        while True:
            count = _send_all()
            if options["verbosity"] and (count or not stay):
                self.stdout.write(f"{count} messages sent.")
            if not stay:
                return
            time.sleep(PAUSE_SECONDS)


def _send_all() -> int:
    """Try each message that is due now once; returns how many went out."""
    due = Notification.objects.due().order_by("due_at")
    return sum(deliver_one(pk) for pk in list(due.values_list("pk", flat=True)))
