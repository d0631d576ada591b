"""After a restore: erase again what was erased since the backup was made."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from mutualaid.data_rights.actions import erase_account
from mutualaid.retention.ledger import NotALedger, to_erase_again
from mutualaid.retention.terms import ACCOUNT, ASK, NEED
from requests_app.actions import erase_ask, erase_need

ERASE: dict[str, Callable[[Any], None]] = {
    ASK: erase_ask,
    NEED: erase_need,
    ACCOUNT: partial(erase_account, even_the_last=True),
}


class Command(BaseCommand):
    help = "Erase again what the ledgers name and a restored backup has brought back."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "ledgers", nargs="*", type=Path, help=f"default: {settings.ERASURE_LEDGER}"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        count = 0
        try:
            for owner, row in to_erase_again(options["ledgers"] or [settings.ERASURE_LEDGER]):
                ERASE[owner](row)
                count += 1
        except NotALedger as error:
            raise CommandError(_("This line is not of a ledger of erasures: %s") % error) from error
        except OSError as error:
            message = _("The ledger %(file)s cannot be read: %(reason)s")
            values = {"file": error.filename, "reason": error.strerror}
            raise CommandError(message % values) from error
        self.stdout.write(_("Erased again: %d. The others were not here.") % count)
