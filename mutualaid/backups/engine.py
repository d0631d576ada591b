"""What each kind of database does in its own way."""

from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

from django.db import connection

from mutualaid.backups import postgres, sqlite
from mutualaid.backups.archive import Archive, ArchiveWriter


class Engine(Protocol):
    def work_folder(self) -> Path: ...
    def dump(self, writer: ArchiveWriter, work: Path) -> None: ...
    def draft(self, work: Path) -> AbstractContextManager[None]: ...
    def load(self, archive: Archive) -> None: ...
    def check_unused(self) -> None: ...
    def discard(self) -> None: ...
    def swap(self, work: Path) -> None: ...


def engine() -> Engine:
    return sqlite if connection.vendor == "sqlite" else postgres
