import sys
from typing import Any

from django.core.management.base import BaseCommand

from mutualaid.notify.channels.delivery_reports import MOST_BYTES, read_report
from mutualaid.notify.inbound.feedback import note_report


class Command(BaseCommand):
    help = (
        "Read a mail that came back, or a complaint, from standard input, and write no more to where it could"
        " not go."
        ' In the aliases of a mail server: bounces: "|/path/to/python /path/to/manage.py note_bounce"'
    )

    def handle(self, **options: Any) -> None:
        written = sys.stdin.buffer.read(MOST_BYTES)
        while sys.stdin.buffer.read(MOST_BYTES):
            """To its end, or the mail server takes us for broken and sends it back in turn."""
        is_noted = note_report(read_report(written))
        if options["verbosity"]:
            self.stdout.write("Noted." if is_noted else "Nothing to note.")
