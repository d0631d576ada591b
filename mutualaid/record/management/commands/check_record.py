import json
from argparse import ArgumentParser
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from mutualaid.record import seals
from mutualaid.record.checking import Broken, Kept, check_record
from mutualaid.record.last_check import check_and_note


class Command(BaseCommand):
    help = (
        "Walk the whole record and name the first number that does not hold. A head that someone has kept,"
        " or a file they downloaded, tells whether all of it was rewritten. Ends with 1 where something does"
        " not hold."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--head", action="append", default=[], help="a head that was kept")
        parser.add_argument(
            "--number", action="append", default=[], type=int, help="the last number it covers"
        )
        parser.add_argument(
            "--file", action="append", default=[], type=Path, help="seals that were downloaded"
        )

    def handle(
        self, *, head: list[str], number: list[int], file: list[Path], **options: Any
    ) -> None:
        if len(head) != len(number):
            raise CommandError("To each --head belongs the --number up to which it covers.")
        kept = [Kept(up_to, one.lower()) for up_to, one in zip(number, head, strict=True)]
        downloaded = [seal for one in file for seal in _seals(one)]
        try:
            done = check_record(kept, downloaded) if kept or downloaded else check_and_note()
        except Broken as error:
            raise CommandError(str(error)) from error
        if not done.seals:
            self.stdout.write("Nothing is sealed.")
            return
        self.stdout.write(
            f"The record holds up to number {done.number}, in {done.seals} seals. Head: {done.head}"
        )


def _seals(file: Path) -> list[Mapping[str, Any]]:
    """Raises `CommandError` for a file that is none of ours, or does not hold by itself."""
    try:
        found = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
        wrong = next(seals.faults(found), "")
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CommandError(f"{file} cannot be read: {type(error).__name__}") from error
    if wrong:
        raise CommandError(f"{file} itself does not hold. {wrong}")
    return found
