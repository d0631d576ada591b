"""What is in a backup: a ZIP of `manifest.json` and the parts of the database, each with its hash."""

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Protocol, Self
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile
from zlib import error as ZlibError  # noqa: N812  it is an exception

from mutualaid.backups.errors import BackupError
from mutualaid.backups.sealing import DAMAGED

FORMAT = 1
MANIFEST = "manifest.json"
CHUNK = 1 << 20
"""Bytes that are in memory at once."""
FAST = 1
"""Level of compression: a dump is a third of its size, and higher levels take three times as long."""


@dataclass
class Manifest:
    """What a backup says of itself."""

    site_id: str
    release: str
    engine: str
    """`sqlite` or `postgresql`."""
    made_at: str
    """In UTC, as ISO 8601."""
    migrations: list[str] = field(default_factory=list)
    """All that were applied, as app.name."""
    rows: dict[str, int] = field(default_factory=dict)
    """Of each table."""
    columns: dict[str, list[str]] = field(default_factory=dict)
    """Of each table that has a part of its own (PostgreSQL)."""
    sequences: dict[str, int] = field(default_factory=dict)
    """The last number that each gave (PostgreSQL)."""
    parts: dict[str, str] = field(default_factory=dict)
    """Name → SHA-256."""
    format: int = FORMAT


class Sink(Protocol):
    def write(self, data: bytes, /) -> object: ...


class Hashed:
    """Passes on what is written to it, and hashes it."""

    def __init__(self, to: Sink) -> None:
        self._to = to
        self._hash = sha256()

    def write(self, data: bytes, /) -> None:
        self._hash.update(data)
        self._to.write(data)

    def hexdigest(self) -> str:
        return self._hash.hexdigest()


class ArchiveWriter:
    """Writes a backup to `file`; the manifest comes last, when the block ends well."""

    def __init__(self, file: Path, manifest: Manifest) -> None:
        self.manifest = manifest
        self._zip = ZipFile(file, "w", ZIP_DEFLATED, compresslevel=FAST)

    @contextmanager
    def part(self, name: str) -> Iterator[Hashed]:
        """Open a new part to write to."""
        with self._zip.open(name, "w", force_zip64=True) as raw:
            hashed = Hashed(raw)
            yield hashed
        self.manifest.parts[name] = hashed.hexdigest()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, failure: object, *_: object) -> None:
        if not failure:
            self._zip.writestr(MANIFEST, json.dumps(asdict(self.manifest), indent=1))
            self._zip.close()


class Archive:
    """An unsealed backup to read from. Raises `BackupError` where it is none, or is damaged."""

    def __init__(self, file: Path) -> None:
        with _whole():
            self._zip = ZipFile(file)
            self.manifest = Manifest(**json.loads(self._zip.read(MANIFEST)))

    def copy_part(self, name: str, to: Sink) -> None:
        """Write a part to `to`. Raises `BackupError` where it is not as it was written."""
        hashed = Hashed(to)
        with _whole(), self._zip.open(name) as source:
            shutil.copyfileobj(source, hashed, CHUNK)
        if hashed.hexdigest() != self.manifest.parts.get(name):
            raise BackupError(DAMAGED)

    def close(self) -> None:
        self._zip.close()


@contextmanager
def _whole() -> Iterator[None]:
    try:
        yield
    except (BadZipFile, ZlibError, KeyError, TypeError, ValueError, EOFError):
        raise BackupError(DAMAGED) from None
