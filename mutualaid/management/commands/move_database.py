import getpass
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from mutualaid.moving.copying import copy_everything
from mutualaid.moving.errors import CannotMove
from mutualaid.moving.source import applied_migrations, standing_still
from mutualaid.moving.target import connected, prepare
from mutualaid.standalone import folder
from mutualaid.standalone.errors import CannotStart


class Command(BaseCommand):
    help = (
        "Move a site from SQLite to an empty PostgreSQL, while it stands still. Everything arrives and is "
        "compared, row by row, or nothing is written. The SQLite file stays as it is."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "url",
            metavar="TO_URL",
            help="as postgres://NAME:PASSWORD@HOST/DATABASE; - to be asked, so that no history keeps it",
        )

    def handle(self, *, url: str, **_options: Any) -> None:
        """Raises `CommandError` with the reason why nothing was moved."""
        if connection.vendor != "sqlite":
            raise CommandError("This site is on PostgreSQL already.")
        if url == "-":
            url = getpass.getpass("Address of the new database: ")
        file = Path(str(connection.settings_dict["NAME"]))
        connection.close()
        began = time.monotonic()
        try:
            with folder.locked(settings.DATA_DIR, address="manage.py move_database"):
                rows = self._move(file, url)
        except (CannotMove, CannotStart) as reason:
            raise CommandError(str(reason)) from None
        seconds = time.monotonic() - began
        self.stdout.write(f"{rows:>10,}  arrived, each as it was, in {seconds:.1f} seconds")
        self._say_what_next(file)

    def _move(self, file: Path, url: str) -> int:
        with standing_still(file) as source, connected(url) as target:
            prepare(target, url, applied_migrations(source))
            return copy_everything(source, target, self._write_count)

    def _write_count(self, table: str, rows: int) -> None:
        self.stdout.write(f"{rows:>10,}  {table}")

    def _say_what_next(self, file: Path) -> None:
        steps = (
            "Put the new address into the environment as DATABASE_URL, and start the site.",
            "The keys stay as they are: SECRET_KEY and CONTACT_KEYS, or secrets.json.",
            f"Once all is well, delete {file}: what is erased from now on would stay there.",
        )
        for step in steps:
            self.stdout.write(step)
