"""Seal files as `age` does (age-encryption.org/v1), so that they open without us too. Reads no settings.

For recipients a file is sealed as it is. `pyrage` seals for a passphrase in memory only, so there a new key
is sealed by the passphrase, and the file for that key; both stand in a ZIP: `age -d -i key.age sealed.age`.
"""

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast
from zipfile import BadZipFile, ZipFile

import pyrage
from pyrage import x25519

from mutualaid.backups.errors import BackupError

BEGINS_WITH = b"age-encryption.org/v1"
ARMORED = b"-----BEGIN AGE ENCRYPTED FILE-----"
KEY, SEALED = "key.age", "sealed.age"
DAMAGED = (
    "This file was cut or changed. Nothing was done with it. Take another copy, or another backup."
)
NOT_OPENED = "The passphrase does not open this file."
WRONG_IDENTITY = (
    "The file was sealed for a key of age that was not given. Name the file with the secret key:"
    " --identity FILE."
)
NO_MATCH = "No matching keys"


@dataclass(frozen=True)
class Lock:
    """For whom something is sealed: for recipients (`age1…`), else by a passphrase, else not at all."""

    recipients: Sequence[str] = ()
    passphrase: str = ""


@dataclass(frozen=True)
class Keys:
    """What opens something: secret keys of age (`AGE-SECRET-KEY-1…`), or a passphrase."""

    identities: Sequence[str] = ()
    passphrase: str = ""


def read_recipients(lock: Lock) -> list[x25519.Recipient]:
    """Raises `BackupError` where one is no public key of age."""
    try:
        return [x25519.Recipient.from_str(text) for text in lock.recipients]
    except pyrage.RecipientError:
        raise BackupError(
            "A recipient is a public key of age, as age1…; make one: age-keygen."
        ) from None


def read_identities(text: str) -> list[str]:
    """Return the secret keys in a file of `age-keygen`, without its comments."""
    return [line for line in map(str.strip, text.splitlines()) if line and not line.startswith("#")]


def seal(plain: Path, to: BinaryIO, lock: Lock) -> None:
    """Write the file `plain` to `to`, sealed as `lock` says.

    Raises `BackupError` for a recipient that is none; lets `OSError` of either file through.
    """
    recipients = read_recipients(lock)
    with plain.open("rb") as source:
        if recipients:
            _encrypt(source, to, recipients)
        elif lock.passphrase:
            key = x25519.Identity.generate()
            with ZipFile(to, "w") as both:
                both.writestr(KEY, pyrage.passphrase.encrypt(str(key).encode(), lock.passphrase))
                with both.open(SEALED, "w", force_zip64=True) as sealed:
                    _encrypt(source, cast(BinaryIO, sealed), [key.to_public()])
        else:
            shutil.copyfileobj(source, to)


def seal_text(text: str, lock: Lock) -> bytes:
    """Return `text` sealed in letters that can be printed and typed. Raises `BackupError`."""
    recipients = read_recipients(lock)
    if recipients:
        return bytes(pyrage.encrypt(text.encode(), recipients, armored=True))
    return bytes(pyrage.passphrase.encrypt(text.encode(), lock.passphrase, armored=True))


def open_text(sealed: bytes, keys: Keys) -> str:
    """Raises `BackupError` where the keys do not open it, or it was changed."""
    with _explained(keys):
        if keys.identities:
            return str(pyrage.decrypt(sealed, _identities(keys)), "utf-8")
        return str(pyrage.passphrase.decrypt(sealed, keys.passphrase), "utf-8")


def needs(file: Path) -> str:
    """Return what opens this file: "identity", "passphrase" or "nothing".

    Raises `BackupError` for what is neither of age nor a ZIP; lets `OSError` through.
    """
    with file.open("rb") as source:
        first = source.read(len(ARMORED))
    if first.startswith((BEGINS_WITH, ARMORED)):
        return "identity"
    try:
        with ZipFile(file) as both:
            return "passphrase" if KEY in both.namelist() else "nothing"
    except BadZipFile:
        raise BackupError(DAMAGED) from None


def unseal(file: Path, to: BinaryIO, keys: Keys) -> None:
    """Write what is sealed in `file` to `to`.

    Raises `BackupError` where the keys do not open it, or it was cut or changed; `to` is then to be thrown
    away. Lets `OSError` through.
    """
    what = needs(file)
    if what == "identity":
        with file.open("rb") as source, _explained(keys):
            _decrypt(source, to, _identities(keys))
    elif what == "passphrase":
        with _explained(keys), ZipFile(file) as both:
            text = pyrage.passphrase.decrypt(both.read(KEY), keys.passphrase).decode()
            with both.open(SEALED) as sealed:
                _decrypt(cast(BinaryIO, sealed), to, [x25519.Identity.from_str(text)])
    else:
        with file.open("rb") as source:
            shutil.copyfileobj(source, to)


def _identities(keys: Keys) -> list[x25519.Identity]:
    try:
        return [x25519.Identity.from_str(text) for text in keys.identities]
    except pyrage.IdentityError:
        raise BackupError("A secret key of age looks like AGE-SECRET-KEY-1…") from None


@contextmanager
def _explained(keys: Keys) -> Iterator[None]:
    try:
        yield
    except pyrage.DecryptError as error:
        if NO_MATCH in str(error):
            raise BackupError(WRONG_IDENTITY) from None
        is_wrong = keys.passphrase and "Decryption failed" in str(error)
        raise BackupError(NOT_OPENED if is_wrong else DAMAGED) from None
    except (BadZipFile, KeyError, EOFError):
        raise BackupError(DAMAGED) from None


class _Remembers:
    """A file that remembers why it failed: `pyrage` tells only that it did, and not always."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.error: OSError | None = None

    def write(self, data: bytes) -> int:
        try:
            return self._file.write(data)
        except OSError as error:
            self.error = error
            raise

    def read(self, size: int = -1) -> bytes:
        return self._file.read(size)

    def flush(self) -> None:
        self._file.flush()


def _encrypt(source: BinaryIO, to: BinaryIO, recipients: Sequence[x25519.Recipient]) -> None:
    target = _Remembers(to)
    try:
        pyrage.encrypt_io(source, cast(BinaryIO, target), recipients)
    except pyrage.EncryptError:
        if not target.error:
            raise
    if target.error:
        raise target.error


def _decrypt(source: BinaryIO, to: BinaryIO, identities: Sequence[x25519.Identity]) -> None:
    """A chunk that does not open is an `OSError` of pyrage's, without a number. Raises `BackupError`."""
    target = _Remembers(to)
    try:
        pyrage.decrypt_io(source, cast(BinaryIO, target), identities)
    except (OSError, UnicodeError):
        if not target.error:
            raise BackupError(DAMAGED) from None
    if target.error:
        raise target.error
