from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from mutualaid.backups.errors import BackupError
from mutualaid.backups.files import explained
from mutualaid.backups.key_sheet import write_sheet
from mutualaid.backups.management.sealing_options import add_sealing, lock_from


class Command(BaseCommand):
    help = (
        "Write the site's keys, sealed, in letters that can be printed. Keep them apart from the backups."
        " They open by: python -m mutualaid.backups.key_sheet FILE secrets.json"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--out", type=Path, required=True)
        add_sealing(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with explained():
                write_sheet(
                    options["out"],
                    lock_from(options),
                    secret_key=settings.SECRET_KEY,
                    contact_keys=settings.CONTACT_KEYS,
                )
        except BackupError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{options['out']}: keep it apart from the backups.")
