"""The keys, sealed for a printed sheet or another place; a backup has none of them.

`python -m mutualaid.backups.key_sheet SHEET var/secrets.json` opens it where no site can start yet.
"""

import argparse
import getpass
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from mutualaid.backups.errors import BackupError
from mutualaid.backups.sealing import Keys, Lock, open_text, read_identities, seal_text
from mutualaid.boundary.whole_files import written_whole

EXISTS = "{file} is there already. Move it away first: nothing opens without the keys that fit."


def write_sheet(file: Path, lock: Lock, *, secret_key: str, contact_keys: Sequence[str]) -> None:
    """Write what `secrets.json` holds to `file`, sealed. Raises `BackupError`; lets `OSError` through."""
    kept = {"secret_key": secret_key, "contact_keys": list(contact_keys)}
    with written_whole(file) as to:
        to.write(seal_text(json.dumps(kept), lock))


def open_sheet(sheet: Path, to: Path, keys: Keys) -> None:
    """Write the keys of `sheet` as a new `secrets.json`.

    Raises `BackupError` where it does not open, or `to` is there; lets `OSError` through.
    """
    if to.exists():
        raise BackupError(EXISTS.format(file=to))
    text = open_text(sheet.read_bytes(), keys)
    with written_whole(to) as file:
        file.write(text.encode())


def main() -> None:
    parser = argparse.ArgumentParser(description="Open a sheet of keys that `backup_keys` wrote.")
    parser.add_argument("sheet", type=Path)
    parser.add_argument("to", type=Path, help="secrets.json in the folder of the site's data")
    parser.add_argument("--identity", type=Path, help="file with the secret key of age")
    words = parser.parse_args()
    try:
        if words.identity:
            keys = Keys(identities=read_identities(words.identity.read_text()))
        else:
            passphrase = os.environ.get("BACKUP_PASSPHRASE") or getpass.getpass("Passphrase: ")
            keys = Keys(passphrase=passphrase)
        open_sheet(words.sheet, words.to, keys)
    except (BackupError, OSError) as wrong:
        sys.exit(str(wrong))


if __name__ == "__main__":
    main()
