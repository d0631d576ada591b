import sys
from typing import Any

from django.core.management.base import BaseCommand

from mutualaid.notify.feedback import read_bounce


class Command(BaseCommand):
    help = (
        "Read a mail that came back from standard input, and write no more to where it could not go."
        ' In the aliases of a mail server: bounces: "|/path/to/python /path/to/manage.py note_bounce"'
    )

    def handle(self, **options: Any) -> None:
        is_gone = read_bounce(sys.stdin.buffer.read())
        if options["verbosity"]:
            self.stdout.write("An address is gone." if is_gone else "Nothing to note.")
