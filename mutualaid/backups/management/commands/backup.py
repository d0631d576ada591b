from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from mutualaid.backups.backup import back_up, remove_older
from mutualaid.backups.errors import BackupError
from mutualaid.backups.files import explained
from mutualaid.backups.management.sealing_options import add_sealing, lock_from
from mutualaid.backups.sealing import Lock
from mutualaid.policy.current import current_policy


class Command(BaseCommand):
    help = (
        "Write a backup of the site, which may be running, as one sealed file. The keys are not in it: see"
        " backup_keys. Older ones are removed."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        default = settings.BACKUP_DIR
        parser.add_argument("--to", type=Path, default=default, help=f"default: {default}")
        add_sealing(parser)
        parser.add_argument("--unsealed", action="store_true", help="whoever finds it can read it")
        parser.add_argument(
            "--keep-days", type=int, help="default: as the policy says; 0 removes none"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        days = options["keep_days"]
        try:
            with explained():
                lock = Lock() if options["unsealed"] else lock_from(options)
                file = back_up(options["to"], lock)
                days = current_policy().backup_days if days is None else days
                removed = remove_older(options["to"], days=days) if days else []
        except BackupError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{file} ({file.stat().st_size / 1e6:.1f} MB)")
        if removed:
            self.stdout.write(f"Removed {len(removed)} older than {days} days.")
