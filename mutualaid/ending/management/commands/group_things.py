from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from mutualaid.ending.group_things import group_things


class Command(BaseCommand):
    help = "Write what belongs to the group and to no person into a ZIP: services, numbers, words."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE.zip")

    def handle(self, *, file: Path, **options: Any) -> None:
        try:
            with file.open("xb") as to:
                to.write(group_things())
        except FileExistsError as error:
            raise CommandError(f"{file} is there already. Name another file.") from error
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror}") from error
        self.stdout.write(f"Written: {file}. Nothing in it is of a person.")
