from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from mutualaid.backups.errors import BackupError
from mutualaid.backups.files import explained
from mutualaid.backups.identity import KeysDoNotFit
from mutualaid.backups.management.sealing_options import add_opening, keys_for
from mutualaid.backups.restore import Allowed, Restored, drill, restore

NO_LEDGER = (
    "There is no ledger of erasures at {file}. Who was erased after the backup was made is back. If it"
    " is elsewhere, run: manage.py replay_erasures FILE"
)
ENDS_AGAIN = (
    "The group here has ended, so it has ended again: once the workers run, all is erased. To go on from"
    " the backup instead, restore it with --begin-anew before they do."
)


class Command(BaseCommand):
    help = (
        "Put a backup in the place of the database, brought up to date, without those who were erased since."
        " Stop the site first."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        add_opening(parser)
        parser.add_argument(
            "--over", action="store_true", help="though people are here; a copy of them is kept"
        )
        parser.add_argument(
            "--other-site", action="store_true", help="though it is of another site"
        )
        parser.add_argument(
            "--begin-anew",
            action="store_true",
            help="though the group here has ended: the backup is what it goes on from",
        )
        parser.add_argument(
            "--drill",
            action="store_true",
            help="try it beside the running site, and change nothing",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        file = options["file"]
        try:
            with explained():
                keys = keys_for(file, options)
            if options["drill"]:
                done = drill(file, keys)
            else:
                allowed = Allowed(options["over"], options["other_site"], options["begin_anew"])
                done = restore(file, keys, allowed)
        except (BackupError, KeysDoNotFit) as error:
            raise CommandError(str(error)) from error
        self._tell(done, is_drill=options["drill"])

    def _tell(self, done: Restored, *, is_drill: bool) -> None:
        for step, seconds in done.seconds.items():
            self.stdout.write(f"{step:<20}{seconds:8.1f} s")
        made = done.manifest
        self.stdout.write(
            f"The backup of {made.made_at} by release {made.release}: {done.rows} rows in"
            f" {len(made.rows)} tables, opened by the keys, {done.erased_again} erased again."
        )
        if not done.has_ledger:
            self.stderr.write(NO_LEDGER.format(file=settings.ERASURE_LEDGER))
        if done.ends_again:
            self.stdout.write(ENDS_AGAIN)
        if done.kept_copy:
            self.stdout.write(f"What was here before is in {done.kept_copy}")
        self.stdout.write(
            "It works. Nothing was changed." if is_drill else "Restored. Start the site."
        )
