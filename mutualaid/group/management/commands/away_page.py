"""`manage.py away_page --out FILE`: the page that a proxy shows while the site does not answer."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from mutualaid.group.away_page import write_away_page


def _mode(text: str) -> int:
    return int(text, 8)


class Command(BaseCommand):
    help = "Write one HTML file that a proxy shows while the site does not answer."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--out", type=Path, required=True, help="the file to write")
        help_text = (
            "who may read it, as 0644 for a proxy; by default as before, and first you alone"
        )
        parser.add_argument("--mode", type=_mode, default=None, help=help_text)

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["out"]
        try:
            write_away_page(path, mode=options["mode"])
        except OSError as error:
            raise CommandError(f"{path} cannot be written: {error.strerror}") from None
        self.stdout.write(f"Written to {path}.")
