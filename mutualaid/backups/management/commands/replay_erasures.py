"""After a restore: erase again what was erased since the backup was made."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from mutualaid.backups.identity import ledger_is_ahead
from mutualaid.backups.replay import replay
from mutualaid.retention.ledger import NotALedger


class Command(BaseCommand):
    help = "Erase again what the ledgers name and a restored backup has brought back."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "ledgers", nargs="*", type=Path, help=f"default: {settings.ERASURE_LEDGER}"
        )
        parser.add_argument(
            "--if-needed", action="store_true", help="only where this database knows less"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["if_needed"] and not ledger_is_ahead():
            return
        try:
            count = replay(options["ledgers"] or [settings.ERASURE_LEDGER])
        except NotALedger as error:
            raise CommandError(_("This line is not of a ledger of erasures: %s") % error) from error
        except OSError as error:
            message = _("The ledger %(file)s cannot be read: %(reason)s")
            values = {"file": error.filename, "reason": error.strerror}
            raise CommandError(message % values) from error
        self.stdout.write(_("Erased again: %d. The others were not here.") % count)
