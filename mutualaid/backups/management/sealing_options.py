"""Options that the commands about backups share: for whom one is sealed, and what opens it."""

import getpass
import os
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError, CommandParser

from mutualaid.backups.sealing import Keys, Lock, needs, read_identities

HOW_TO_SEAL = (
    "For whom should it be sealed? Name a public key of age (--recipient age1…, or BACKUP_RECIPIENTS), or a"
    " file with a passphrase (--passphrase-file, or BACKUP_PASSPHRASE)."
)
NOT_THE_SAME = "The two passphrases differ. Run it again."
WEAK = "The passphrase is too short. Take five words or more."
SHORTEST = 12
"""Letters."""


def add_sealing(parser: CommandParser) -> None:
    parser.add_argument(
        "--recipient", action="append", metavar="age1…", help="default: BACKUP_RECIPIENTS"
    )
    _add_passphrase(parser)


def add_opening(parser: CommandParser) -> None:
    parser.add_argument("--identity", type=Path, help="file with the secret key of age")
    _add_passphrase(parser)


def lock_from(options: dict[str, Any]) -> Lock:
    """Raises `CommandError` where nothing says for whom."""
    recipients = options["recipient"] or settings.BACKUP_RECIPIENTS
    if recipients and not options["passphrase_file"]:
        return Lock(recipients=recipients)
    passphrase = _given(options)
    if not passphrase:
        if not sys.stdin.isatty():
            raise CommandError(HOW_TO_SEAL)
        passphrase = getpass.getpass("Passphrase: ")
        if passphrase != getpass.getpass("The same again: "):
            raise CommandError(NOT_THE_SAME)
    if len(passphrase) < SHORTEST:
        raise CommandError(WEAK)
    return Lock(passphrase=passphrase)


def keys_for(file: Path, options: dict[str, Any]) -> Keys:
    """Return what opens `file`, asking for a passphrase where it needs one. Lets `BackupError` through."""
    identities = read_identities(options["identity"].read_text()) if options["identity"] else []
    passphrase = _given(options)
    if needs(file) == "passphrase" and not passphrase and sys.stdin.isatty():
        passphrase = getpass.getpass("Passphrase: ")
    return Keys(identities, passphrase)


def _add_passphrase(parser: CommandParser) -> None:
    parser.add_argument("--passphrase-file", type=Path, help="default: what BACKUP_PASSPHRASE says")


def _given(options: dict[str, Any]) -> str:
    if file := options["passphrase_file"]:
        return str(file.read_text(encoding="utf-8").strip())
    return os.environ.get("BACKUP_PASSPHRASE", "")
