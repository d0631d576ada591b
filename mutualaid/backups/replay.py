"""After a restore: erase again what was erased since the backup was made."""

from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings

from mutualaid.backups import identity
from mutualaid.data_rights.actions import erase_account
from mutualaid.partners.actions.taking_up import let_go_after_restore
from mutualaid.retention.ledger import to_erase_again
from mutualaid.retention.terms import ACCOUNT, ASK, NEED
from requests_app.actions import erase_ask, erase_need

ERASE: dict[str, Callable[[Any], None]] = {
    ASK: erase_ask,
    NEED: erase_need,
    ACCOUNT: partial(erase_account, even_the_last=True),
}


def replay(files: Iterable[Path]) -> int:
    """Take the actions of these ledgers and of the table again; return how many rows were there again.

    What of a neighbouring group waits to become an ask goes as well: it may have been one, and erased.

    Lets `NotALedger` and `OSError` through, before the first row.
    """
    ledgers = {file.resolve() for file in files}
    count = 0
    for owner, row in to_erase_again(ledgers):
        ERASE[owner](row)
        count += 1
    let_go_after_restore()
    if settings.ERASURE_LEDGER.resolve() in ledgers or not settings.ERASURE_LEDGER.exists():
        identity.note_ledger()
    return count
